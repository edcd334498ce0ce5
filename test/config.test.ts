import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ConfigError, configTable, helpText, parseConfig } from '../src/config.ts'
import { proxyCheck } from '../src/config/values.ts'

describe('where a setting comes from', () => {
  test('a flag wins over the environment, the environment over the default', () => {
    const config = parseConfig(['--port', '9000'], { SMALTI_PORT: '7000', SMALTI_QUEUE: '5' })
    expect([config.port, config.queue, config.timeout]).toEqual([9000, 5, 30])
  })

  test('--flag value and --flag=value are the same', () => {
    expect(parseConfig(['--root-path=/a/b/'], {}).rootPath).toBe('/a/b')
    expect(parseConfig(['--root-path', '/a/b/'], {}).rootPath).toBe('/a/b')
  })

  test('lists repeat as flags and are separated by commas in the environment; a folder may have a comma in its name', () => {
    expect(parseConfig(['--allow', '/a,b', '--allow', 'https://host/p/'], {}).allow).toEqual(['/a,b', 'https://host/p/'])
    expect(parseConfig([], { SMALTI_ALLOW: '/a, https://host/p/' }).allow).toEqual(['/a', 'https://host/p/'])
  })

  test('without --allow the folder it is started in may be read, and the configuration says that nobody chose it', () => {
    const config = parseConfig([], {})
    expect(config.allow).toEqual([process.cwd()])
    expect(config.given.has('allow')).toBe(false)
    expect(parseConfig(['--allow', '/a'], {}).given.has('allow')).toBe(true)
  })

  test('an empty variable is a variable that is not set', () => {
    expect(parseConfig([], { SMALTI_PORT: '' }).port).toBe(8000)
  })

  test('the configuration cannot be changed afterwards', () => {
    const config = parseConfig([], {})
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError)
    expect(() => (config.allow as string[]).push('/')).toThrow(TypeError)
  })
})

describe('what is refused, and how', () => {
  test.each([
    [['--prot', '1'], {}, /unknown flag --prot; did you mean --port\?/],
    [['--zzzzzzzzzz', '1'], {}, /unknown flag --zzzzzzzzzz; --help/],
    [[], { SMALTI_WORKER: '1' }, /unknown environment variable SMALTI_WORKER; did you mean SMALTI_WORKERS\?/],
    [['--port', 'x'], {}, /--port: "x" is not a whole number from 0 to 65535/],
    [['--port', '65536'], {}, /--port/],
    [[], { SMALTI_PORT: '8e3' }, /SMALTI_PORT: "8e3"/],
    [['--port'], {}, /--port needs a value/],
    [['--port', '--host', 'a'], {}, /--port needs a value/],
    [['--port', '1', '--port', '2'], {}, /--port: is given more than once/],
    [['--memory', '12 parsecs'], {}, /--memory/],
    [['--workers', '0'], {}, /--workers/],
    [['--empty', '200'], {}, /--empty: "200" is not one of 204, 404, transparent/],
    [['--trust-proxy', 'nginx'], {}, /--trust-proxy/],
    [['--trust-proxy', '10.0.0.0/40'], {}, /--trust-proxy/],
    [['--root-path', 'a b'], {}, /--root-path/],
    [['--cors-origin', 'maps.example.com'], {}, /--cors-origin: "maps.example.com" is not an origin such as/],
    [['--cors-origin', 'https://maps.example.com/'], {}, /--cors-origin/],
    [['--tile-matrix-sets', '/nowhere'], {}, /--tile-matrix-sets: \/nowhere cannot be read: ENOENT/],
    [['mosaic.json'], {}, /unexpected argument "mosaic.json"/],
  ])('%j with %j', (argv, env, message) => {
    expect(() => parseConfig(argv, env)).toThrow(ConfigError)
    expect(() => parseConfig(argv, env)).toThrow(message)
  })

  test('names that Kubernetes injects for a Service called smalti are not ours', () => {
    const env = {
      SMALTI_PORT: 'tcp://10.0.0.1:80',
      SMALTI_PORT_80_TCP: 'tcp://10.0.0.1:80',
      SMALTI_PORT_80_TCP_ADDR: '10.0.0.1',
      SMALTI_SERVICE_HOST: '10.0.0.1',
      SMALTI_SERVICE_PORT: '80',
    }
    expect(parseConfig([], env).port).toBe(8000)
  })
})

test.each([
  ['256MiB', 268_435_456],
  ['1GB', 1_000_000_000],
  ['1.5 KiB', 1536],
  ['1048576', 1_048_576],
  ['0', 0],
])('%s is %i bytes', (text, bytes) => {
  expect(parseConfig(['--memory', text], {}).memory).toBe(bytes)
})

test('proxies are trusted by address, network and name, IPv4 in IPv6 too', () => {
  const trusted = proxyCheck(['10.1.0.0/16', 'loopback', 'fd00::1'])
  const asked = ['10.1.2.3', '::ffff:10.1.2.3', '127.0.0.1', '::1', 'fd00::1', '10.2.0.1', 'fd00::2', undefined]
  expect(asked.map(trusted)).toEqual([true, true, true, true, true, false, false, false])
  expect(proxyCheck([])('127.0.0.1')).toBe(false)
  expect(proxyCheck(['all'])('203.0.113.9')).toBe(true)
})

test('--help and the table of the README list every setting, with its environment name and default', () => {
  const names = Object.keys(parseConfig([], {})).filter((name) => name !== 'given')
  for (const name of names) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    expect(helpText()).toContain(`--${flag} `)
    expect(configTable()).toContain(`\`SMALTI_${flag.replaceAll('-', '_').toUpperCase()}\``)
  }
  expect(configTable().split('\n')).toHaveLength(names.length + 3)
})

test('only the configuration reads the environment', () => {
  // libuv has no other way to be told how many threads it has.
  const others = new Set(['src/work/libuv-threads.ts', 'src/work/own-settings.ts'])
  const files = globSync('{src,routes}/**/*.ts').filter((file) => /process\.env|loadEnvFile/.test(readFileSync(file, 'utf8')))
  expect(files.filter((file) => !file.startsWith('src/config') && !others.has(file))).toEqual([])
})

describe('settings that only make sense together', () => {
  test.each([
    [['--max-age', '10', '--partial-max-age', '20'], '--partial-max-age and --max-age'],
    [['--max-mosaic-bytes', '1GiB'], '--max-mosaic-unpacked and --max-mosaic-bytes'],
    [['--allow-write', '/a'], '--allow-write and --write-key'],
    [['--jwt-audience', 'tiles'], '--jwt-audience and --jwt-issuer'],
  ])('%j is refused, and both are named', (argv, names) => {
    expect(() => parseConfig(argv, {})).toThrow(names)
    expect(() => parseConfig(argv, {})).toThrow(ConfigError)
  })

  test('the name is the one that was used', () => {
    expect(() => parseConfig(['--max-age', '10'], { SMALTI_PARTIAL_MAX_AGE: '20' })).toThrow(
      'SMALTI_PARTIAL_MAX_AGE and --max-age',
    )
  })

  test('a default gives way: partial answers are never kept longer than whole ones', () => {
    expect(parseConfig(['--max-age', '10'], {}).partialMaxAge).toBe(10)
    expect(parseConfig([], {}).partialMaxAge).toBe(60)
  })
})
