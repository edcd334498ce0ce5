import { expect, test } from 'vitest'
import { command } from '../../src/cli/command.ts'
import { parseCommandLine } from '../../src/cli/command-line.ts'
import { optional, repeated, required, switchFlag, withDefault } from '../../src/cli/flag.ts'
import { COMMANDS } from '../../src/cli/registry.ts'
import { integer, list } from '../../src/config/values.ts'
import { ownFolder, smalti } from './testing-cli.ts'

const example = command({
  about: 'For this test.',
  arguments: [
    { name: 'FROM', about: 'where it begins', repeat: true, optional: true },
    { name: 'TO', about: 'where it ends' },
  ],
  flags: {
    quiet: switchFlag('silence', { short: 'q' }),
    minZoom: required(integer(0, 30), 'lowest zoom', { short: 'z', env: 'ZOOM' }),
    threads: withDefault(integer(1), 4, 'how many'),
    queue: optional(integer(0), 'how many wait'),
    add: repeated(list('WORD'), 'one more'),
  },
  examples: [],
  run: async () => 0,
})

const parse = (line: string, env = {}) => parseCommandLine(example, line.split(' '), env)

test('flags in every form, defaults, words in order; 0 is a value', () => {
  expect(parse('a -q --min-zoom=3 b --queue 0 --add x --add y c').flags).toEqual({
    quiet: true,
    minZoom: 3,
    threads: 4,
    queue: 0,
    add: [['x'], ['y']],
  })
  expect(parse('a -z 3 b -- --c').words).toEqual(['a', 'b', '--c'])
  expect(parse('- -qz7').flags).toMatchObject({ quiet: true, minZoom: 7, queue: undefined })
})

test('a flag wins over its environment variable, which counts where it is absent', () => {
  expect(parse('a', { ZOOM: '5' }).flags).toMatchObject({ minZoom: 5 })
  expect(parse('a -z 6', { ZOOM: '5' }).flags).toMatchObject({ minZoom: 6 })
  expect(() => parse('a', { ZOOM: 'five' })).toThrow('ZOOM: "five" is not a whole number from 0 to 30')
})

test.each([
  ['a', '--min-zoom is needed: lowest zoom'],
  ['-z 3', 'TO is needed: where it ends'],
  ['a -z', '-z needs a value (NUMBER)'],
  ['a --min-zoom --quiet', '--min-zoom needs a value (NUMBER)'],
  ['a -z 99', '--min-zoom: "99" is not a whole number from 0 to 30'],
  ['a -z 1 -z 2', '--min-zoom: is given more than once'],
  ['a -z 1 --quiet=yes', '--quiet takes no value'],
  ['a -z 1 --minzoom 3', 'unknown flag --minzoom; did you mean --min-zoom?'],
  ['a -z 1 --something-else', 'unknown flag --something-else; --help lists the flags'],
  ['a -z 1 -x', 'unknown flag -x; --help lists the flags'],
])('"%s" is refused: %s', (line, message) => {
  expect(() => parse(line)).toThrow(message)
})

test.each([
  [['inof'], 'smalti: unknown command inof; did you mean info?\n'],
  [['something'], 'smalti: unknown command something; smalti --help lists the commands\n'],
  [['info'], 'smalti info: ADDRESS is needed: the mosaic\n'],
  [['info', 'a.json', 'b.json'], 'smalti info: unexpected argument "b.json"\n'],
  [['info', 'a.json', '--jsn'], 'smalti info: unknown flag --jsn; did you mean --json?\n'],
  [['info', 'ftp://host/a.json'], 'smalti info: url: mosaics are not read from ftp\n'],
])('%j ends with 2 and one line', async (argv, stderr) => {
  expect(await smalti(argv)).toEqual({ code: 2, stdout: '', stderr })
})

test('the list of commands, and the help of each, with all of its flags', async () => {
  const { code, stdout } = await smalti(['--help'])
  expect(code).toBe(0)
  for (const [name, { about, load }] of Object.entries(COMMANDS)) {
    expect(stdout).toContain(about)
    const help = await smalti([name, '--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    const { flags, examples } = await load()
    for (const { about: meaning } of Object.values(flags)) expect(help.stdout).toContain(meaning)
    expect(examples.length).toBeGreaterThan(0)
  }
})

test('help with a name is the help of that', async () => {
  expect(await smalti(['help', 'info'])).toEqual(await smalti(['info', '--help']))
  expect((await smalti(['help', 'serve'])).stdout).toContain('--mosaic-ttl')
  expect((await smalti(['help'])).stdout).toBe((await smalti(['--help'])).stdout)
  expect((await smalti(['help', 'inof'])).code).toBe(2)
})

test('--version is that of the package', async () => {
  expect((await smalti(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('what goes wrong is said without the secrets of addresses and without what terminals obey', async () => {
  const cwd = ownFolder()
  const signed = 'http://user:password@127.0.0.1:1/\u001B[2Ja.tif?sig=secret'
  const { code, stderr } = await smalti(['create', signed], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain('127.0.0.1')
  expect(stderr).not.toMatch(/secret|password/)
  expect(stderr).not.toContain('\u001B')
})
