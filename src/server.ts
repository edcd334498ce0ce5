import type { ServerState } from '../routes/context.ts'
import { buildApp } from './app.ts'
import { type Config, ConfigError, helpText, parseConfig, wantsHelp } from './config.ts'
import { createEngine } from './engine.ts'
import { createLogger } from './http/logger.ts'
import { withoutSecrets } from './http/secrets.ts'

/** Exit status of a command that was used wrongly, as shells have it. */
const MISUSE = 2

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
  const log = createLogger(config.logLevel)
  // After an error that nobody caught the state of the process is unknown: it says so and ends, and is started again by its keeper.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      log.fatal({ err: error }, event)
      process.exit(1)
    })
  }
  const state: ServerState = { ready: false }
  const engine = await createEngine(config, log)
  const app = await buildApp({ config, engine, logger: log, state })
  const note = config.given.has('allow') ? undefined : 'no --allow was given: the folder it was started in'
  log.info({ allow: config.allow.map((prefix) => withoutSecrets(prefix)), note, workers: config.workers }, 'what may be read')
  await app.listen({
    host: config.host,
    port: config.port,
    listenTextResolver: (address) => `listening on ${address}${config.rootPath}`,
  })
  state.ready = true

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

const config = readConfig()
try {
  await serve(config)
} catch (error) {
  process.stderr.write(`smalti: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
