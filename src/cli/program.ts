import { setImmediate } from 'node:timers/promises'
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
  let lost: StoppedError | undefined
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const isGone = error.code === 'EPIPE'
    lost = isGone ? new StoppedError('', EXIT.brokenPipe) : new StoppedError(`stdout: ${error.message}`, EXIT.failed)
    stop.abort(lost)
  })
  // Nobody reads the remarks any more: no reason to end.
  process.stderr.on('error', () => undefined)
  const terminal = createTerminal(process, stop.signal, process.cwd())
  const code = await run(process.argv.slice(2), cloudEnvironment(), terminal)
  // Of the last words that stdout did not take one hears a turn later.
  await setImmediate()
  if (lost && lost.message !== '' && code === EXIT.ok) terminal.say(`smalti: ${lost.message}`)
  process.exitCode = code === EXIT.ok ? (lost?.exitCode ?? code) : code
}
