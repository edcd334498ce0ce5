import { cloudEnvironment } from '../config/environment.ts'
import { EXIT } from './exit-codes.ts'
import { run } from './run.ts'
import { StoppedError } from './stopped.ts'
import { createTerminal } from './terminal.ts'

/** The commands as a process has them: its streams, its signals, its exit code. */
export async function program(): Promise<void> {
  const stop = new AbortController()
  const onSignal = (message: string, code: typeof EXIT.interrupted | typeof EXIT.terminated) => () => {
    // Twice means now.
    if (stop.signal.aborted) process.exit(code)
    stop.abort(new StoppedError(message, code))
    // A command may be waiting for a list that is being typed.
    process.stdin.destroy()
  }
  process.on('SIGINT', onSignal('interrupted', EXIT.interrupted))
  process.on('SIGTERM', onSignal('terminated', EXIT.terminated))
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    stop.abort(new StoppedError('', EXIT.brokenPipe))
  })
  // Nobody reads the remarks any more: no reason to end.
  process.stderr.on('error', () => undefined)
  const terminal = createTerminal(process, stop.signal, process.cwd())
  process.exitCode = await run(process.argv.slice(2), cloudEnvironment(), terminal)
}
