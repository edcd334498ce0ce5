import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Running extends AsyncDisposable {
  readonly base: string
  readonly port: number
  readonly pid: number
  /** Everything that it has written so far, both streams. */
  output(): string
  /** SIGTERM, then waits for the end. @returns its exit code, null if a signal ended it */
  stop(): Promise<number | null>
}

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Answers with 200 within `limit` milliseconds, else throws. `alive` ends the wait early. */
export async function answers(url: string, limit: number, alive: () => boolean = () => true): Promise<void> {
  const end = performance.now() + limit
  while (performance.now() < end && alive()) {
    const ok = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`no answer from ${url}`)
}

/** This program's server as a process of its own, on a free port of 127.0.0.1, ready to be asked. `args` are its flags. */
export async function startSmalti(
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>>; execArgv?: readonly string[] } = {},
): Promise<Running> {
  const port = await freePort()
  // Settings of the shell that runs the tests must not change what is tested.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SMALTI_')))
  const command = [...(options.execArgv ?? []), `${root}/src/server.ts`, '--port', String(port), ...args]
  const child = spawn(process.execPath, command, {
    cwd: options.cwd ?? root,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const base = `http://127.0.0.1:${port}`
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  try {
    await answers(`${base}/healthz`, 30_000, () => child.exitCode === null && child.signalCode === null)
  } catch (cause) {
    await stop()
    throw new Error(`the server did not start:\n${output.slice(-4000)}`, { cause })
  }
  return {
    base,
    port,
    pid: child.pid ?? 0,
    output: () => output,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}
