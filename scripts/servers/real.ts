import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface RealServer extends AsyncDisposable {
  readonly pid: number
  readonly base: string
}

/** What a script of this folder prints. @throws with its own words where it fails */
export async function script(name: string, ...args: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL(`${name}.sh`, import.meta.url))
  try {
    const { stdout } = await run('bash', [file, ...args], { maxBuffer: 64 * 2 ** 20 })
    return stdout.trim()
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${name}.sh ${args.join(' ')}:\n${stdout}${stderr}`.slice(-4000), { cause: error })
  }
}

/** A server that `name.sh COMMAND PORT …` starts; it has answered once. Ends with SIGTERM. */
export async function startReal(name: string, command: string, port: number, ...args: readonly string[]): Promise<RealServer> {
  const pid = Number(await script(name, command, String(port), ...args))
  return { pid, base: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => end(pid) }
}

/** SIGTERM, then waits until the process is gone (15 s). @throws where it needed SIGKILL */
export async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM')
  for (let tries = 0; tries < 300; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    if (!isAlive(pid)) return
  }
  process.kill(pid, 'SIGKILL')
  throw new Error(`process ${pid} did not end within 15 s of SIGTERM`)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
