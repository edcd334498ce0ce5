/** `npm run demo`: makes the demo mosaics if they are absent, and serves them. Flags after `--` are the server's. */
import '../../src/work/own-settings.ts'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ConfigError, parseConfig, wantsHelp } from '../../src/config.ts'
import { BLUE_MARBLE, ELEVATION, makeDemo } from './make.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MOSAICS = fileURLToPath(new URL('mosaics.json', import.meta.url))
/** Metres that the elevation's picture shows from black to white. */
const ELEVATION_RANGE = 'rescale=0,6000'

function fail(message: string, status = 1): never {
  process.stderr.write(`smalti: ${message}\n`)
  process.exit(status)
}

/** The port that was asked for, or, for 0, a free one. Told now rather than after a wait: another server may answer there. */
async function freePort(host: string, port: number): Promise<number> {
  const probe = createServer()
  return new Promise((resolve) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') fail(`cannot listen on ${host}:${port}: ${error.message}`)
      fail(`port ${port} is in use; another one: npm run demo -- --port ${port + 1}`)
    })
    probe.listen(port, host, () => {
      const { port: free } = probe.address() as AddressInfo
      probe.close(() => resolve(free))
    })
  })
}

function addresses(base: string): string {
  const lines = [
    [`${base}/mosaic/map?url=${BLUE_MARBLE}`, `${base}/mosaic/tilejson.json?url=${BLUE_MARBLE}`],
    [
      `${base}/mosaic/map?url=${ELEVATION}&${ELEVATION_RANGE}`,
      `${base}/mosaic/tilejson.json?url=${ELEVATION}&${ELEVATION_RANGE}`,
    ],
  ].map(([map, tileJson], i) => `  ${['Blue Marble', 'Elevation'][i]}\n    map       ${map}\n    TileJSON  ${tileJson}\n`)
  return `\n  All of it     ${base}/\n\n${lines.join('\n')}\n  Ctrl-C stops the server.\n\n`
}

async function run(flags: readonly string[]): Promise<void> {
  process.chdir(ROOT)
  // The server prints its help, and ends.
  if (wantsHelp(flags)) return serve(flags)
  const config = parseConfig(flags)
  await makeDemo((line) => process.stderr.write(`${line}\n`))
  const port = await freePort(config.host, config.port)
  const allow = ['demo', ...(config.given.has('allow') ? config.allow : [])]
  const rest = without(flags, ['--port', '--allow'])
  // So that the landing page shows them. Whoever names mosaics of their own sees those.
  const named = config.given.has('mosaics') ? [] : ['--mosaics', MOSAICS]
  await serve([...rest, '--port', String(port), ...allow.flatMap((prefix) => ['--allow', prefix]), ...named])
  const host = /^(0\.0\.0\.0|::)$/.test(config.host) ? '127.0.0.1' : config.host
  process.stdout.write(addresses(`http://${host.includes(':') ? `[${host}]` : host}:${port}${config.rootPath}`))
}

/** Starts the server in this process, as its command does; signals and exit status are its own. Resolves when it listens. */
async function serve(flags: readonly string[]): Promise<void> {
  process.argv = [...process.argv.slice(0, 2), ...flags]
  await import('../../src/server.ts')
}

/** Flags but those named, with their values (`--port 1` and `--port=1`). */
function without(flags: readonly string[], names: readonly string[]): string[] {
  return flags.filter((word, i) => !names.includes(word.split('=')[0]) && !names.includes(flags[i - 1] ?? ''))
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  const isUsage = error instanceof ConfigError
  fail(error instanceof Error ? error.message : String(error), isUsage ? 2 : 1)
}
