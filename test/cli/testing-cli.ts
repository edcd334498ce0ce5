import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { createTerminal } from '../../src/cli/terminal.ts'

export const pieces = fileURLToPath(new URL('../fixtures/mosaics/pieces/', import.meta.url))
export const west = join(pieces, 'west.tif')
export const east = join(pieces, 'east.tif')

/** A folder of the test's own, which is also where what is kept for a second run goes. */
export function ownFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'smalti-cli-')))
  const before = process.env.XDG_CACHE_HOME
  process.env.XDG_CACHE_HOME = join(folder, 'cache')
  onTestFinished(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
    rmSync(folder, { recursive: true })
  })
  return folder
}

export interface CliOptions {
  readonly cwd?: string
  readonly stdin?: string | Readable
  readonly isTTY?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** One command line, in this process. */
export async function smalti(argv: readonly string[], options: CliOptions = {}): Promise<Outcome> {
  const { cwd = process.cwd(), stdin = '', env = {}, isTTY = false, signal = new AbortController().signal } = options
  const stdout = new Gathered()
  const stderr = Object.assign(new Gathered(), { isTTY, columns: 60 })
  const input = typeof stdin === 'string' ? new PassThrough().end(stdin) : stdin
  const code = await run(argv, env, createTerminal({ stdin: Object.assign(input, { isTTY }), stdout, stderr }, signal, cwd))
  return { code, stdout: stdout.text, stderr: stderr.text }
}

class Gathered extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
