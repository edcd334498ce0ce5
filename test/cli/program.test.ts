import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { ownFolder, west } from './testing-cli.ts'

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** The program as its users start it, in a folder of its own. */
function start(argv: readonly string[], { node = [] as readonly string[] } = {}) {
  const cwd = ownFolder()
  const env = { PATH: process.env.PATH ?? '', XDG_CACHE_HOME: join(cwd, 'cache') }
  const child = spawn(process.execPath, [...node, program, ...argv], { cwd, env })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, cwd }
}

async function outcome(child: ChildProcessWithoutNullStreams) {
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ])
  return { code, stdout, stderr }
}

test('a command ends by itself, with its exit code', async () => {
  const { child, cwd } = start(['create', west, '-o', 'm.json', '--json'])
  const made = await outcome(child)
  expect(made).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(made.stdout)).toMatchObject({ address: 'm.json', assets: 1 })
  expect(readdirSync(cwd).toSorted()).toEqual(['cache', 'm.json'])
  expect((await outcome(start(['crate']).child)).code).toBe(2)
})

test('no command, and flags alone, are the server', async () => {
  const { stdout } = await outcome(start(['serve', '--help']).child)
  expect(stdout).toContain('Usage: smalti serve [settings]')
  expect(await outcome(start(['--prot', '1']).child)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean --port?'),
  })
})

/** A server that never answers; `asked`: somebody waits. */
async function silence() {
  const asked = Promise.withResolvers<void>()
  const server = createServer(() => asked.resolve()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.tif`, asked: asked.promise }
}

test.each([
  ['SIGINT', 130, 'smalti: interrupted\n'],
  ['SIGTERM', 143, 'smalti: terminated\n'],
] as const)('%s ends it at once with %d and leaves nothing behind', async (signal, code, said) => {
  const { address, asked } = await silence()
  const { child, cwd } = start(['create', address, '-o', 'm.json'])
  const ended = outcome(child)
  await asked
  child.kill(signal)
  expect(await ended).toEqual({ code, stdout: '', stderr: said })
  expect(readdirSync(cwd)).toEqual(['cache'])
})

test('Ctrl-C while a list is being typed', async () => {
  const { child } = start(['create'])
  const ended = outcome(child)
  child.stdin.write('/one.tif\n')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130, stderr: 'smalti: interrupted\n' })
})

test('a reader that has gone ends it with 141 and without a word', async () => {
  const { child, cwd } = start(['create', west, '--quadkey-zoom', '13', '-o', 'big.json'])
  expect((await outcome(child)).code).toBe(0)
  const env = { PATH: process.env.PATH ?? '', XDG_CACHE_HOME: join(cwd, 'cache') }
  const reader = spawn(process.execPath, [program, 'to-geojson', 'big.json'], { cwd, env })
  onTestFinished(() => void reader.kill('SIGKILL'))
  reader.stdout.once('data', () => reader.stdout.destroy())
  const [[code], said] = await Promise.all([once(reader, 'exit'), text(reader.stderr)])
  expect([code, said]).toEqual([141, ''])
})

test('a list through a pipe of the shell, and a result that the disk does not take', async () => {
  const { cwd } = start(['--version'])
  const env = { PATH: process.env.PATH ?? '', XDG_CACHE_HOME: join(cwd, 'cache') }
  const shell = (line: string) =>
    outcome(
      spawn('bash', ['--norc', '-c', line, process.execPath, program, west], { cwd, env }) as ChildProcessWithoutNullStreams,
    )
  const piped = await shell('"$0" "$1" create <(echo "$2") --json -o m.json')
  expect([piped.code, JSON.parse(piped.stdout)]).toEqual([0, expect.objectContaining({ assets: 1 })])
  expect(await shell('"$0" "$1" info m.json > /dev/full')).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^smalti: stdout: ENOSPC.*\n$/),
  })
})

test('an older Node.js is told what is needed, before anything is loaded that it does not know', async () => {
  const older = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"22.22.0"})'
  const { child } = start(['info', 'm.json'], { node: ['--import', older] })
  const { code, stderr } = await outcome(child)
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^smalti: Node\.js 24 or later is needed; this is 22\.22\.0 \(.+\)\n$/),
  ])
})
