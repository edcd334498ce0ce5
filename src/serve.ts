import { LIBUV_THREADS } from './work/libuv-threads.ts'
import { keepHeapSmall } from './work/keep-heap-small.ts'
import { namesCollector } from './config/environment.ts'
import type { ServerState } from '../routes/context.ts'
import { type Config, ConfigError, helpText, parseConfig, wantsHelp } from './config.ts'
import { withoutSecrets } from './http/secrets.ts'

/** Exit status of a command that was used wrongly, as shells have it. */
const MISUSE = 2
/** Who waits for the server to start asks at once, and has the cores for this long: then the other raster threads start. */
const FIRST_TILE_MS = 150

function readConfig(): Config {
  if (wantsHelp()) {
    process.stdout.write(helpText())
    process.exit(0)
  }
  try {
    return parseConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`smalti: ${error.message}\n`)
    process.exit(MISUSE)
  }
}

async function serve(config: Config): Promise<void> {
  const { createLogger } = await import('./http/logger.ts')
  const log = createLogger(config.logLevel)
  // After an error that nobody caught the state of the process is unknown: it says so and ends, and is started again by its keeper.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      log.fatal({ err: error }, event)
      process.exit(1)
    })
  }
  const state: ServerState = { ready: false }
  // A raster thread starts on another core while this one loads the rest.
  const { startPool } = await import('./work/create-pool.ts')
  const pool = startPool({ workers: config.workers, log })
  pool.started.catch(() => undefined)
  log.debug({ libuv: LIBUV_THREADS }, 'threads beside the raster threads')
  const { createEngine } = await import('./engine.ts')
  const { buildApp } = await import('./app.ts')
  const { writersOf } = await import('./authority/authority.ts')
  const engine = await createEngine(config, Promise.resolve(pool), log)
  const tracer = namesCollector()
    ? (await import('./telemetry/tracer-from-environment.ts')).tracerFromEnvironment(log)
    : undefined
  if (tracer) log.info('spans of requests are sent to the OpenTelemetry collector of the environment')
  const app = await buildApp({ config, engine, logger: log, state, tracer })
  const note = config.given.has('allow') ? undefined : 'no --allow was given: the folder it was started in'
  log.info({ allow: config.allow.map((prefix) => withoutSecrets(prefix)), note, workers: config.workers }, 'what may be read')
  const writers = writersOf(config)
  if (writers) log.info(writers, 'who may write')
  if (config.jwtIssuer.startsWith('http:'))
    log.warn('--jwt-issuer: its keys come without TLS; whoever is on the way can make tokens')
  for (const folder of await absentFolders(config.allow)) log.warn(`--allow: ${folder} is not there, or cannot be read`)
  await pool.started
  await app
    .listen({
      host: config.host,
      port: config.port,
      listenTextResolver: (address) => `listening on ${address}${config.rootPath}`,
    })
    .catch((error: NodeJS.ErrnoException) => {
      throw new Error(whyNotListening(error, config), { cause: error })
    })
  state.ready = true
  setTimeout(() => {
    pool.startOthers().catch((error: unknown) => log.error({ err: error }, 'a raster thread does not start: fewer work'))
    keepHeapSmall()
  }, FIRST_TILE_MS)

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (!state.ready) return
    state.ready = false
    log.info({ signal, seconds: config.timeout }, 'stopping: no new requests, those in flight are finished')
    // What is not done by then is cut off: a stop is a stop.
    setTimeout(() => {
      log.warn({ signal }, 'requests were still in flight at the end of the drain')
      process.exit(0)
    }, config.timeout * 1000).unref()
    await app.close()
    await engine.close()
    log.info({ signal }, 'stopped')
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** Of what is allowed, the local folders that cannot be read now. They may appear later. */
async function absentFolders(allow: readonly string[]): Promise<readonly string[]> {
  const { access, constants } = await import('node:fs/promises')
  const local = allow.filter((entry) => !/^[a-z][a-z\d+.-]*:/i.test(entry))
  const found = await Promise.allSettled(local.map((folder) => access(folder, constants.R_OK)))
  return local.filter((_, i) => found[i]?.status === 'rejected')
}

function whyNotListening({ code, message }: NodeJS.ErrnoException, { host, port }: Config): string {
  if (code === 'EADDRINUSE') return `--port: ${port} of ${host} is in use; --port ${port + 1} may be free`
  if (code === 'EACCES') return `--port: ${port} of ${host} may not be used by this user`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `--host: ${host} is not an address of this machine`
  return message
}

const config = readConfig()
try {
  await serve(config)
} catch (error) {
  process.stderr.write(`smalti: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
