import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { openProgress, type Progress } from './progress.ts'

/** The streams that a command works with; a test gives its own. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
}

/** All that a command sees of the world outside, beside the addresses that it is given. */
export interface Terminal {
  /** Aborted by Ctrl-C and SIGTERM, and when the reader of stdout has gone. */
  readonly signal: AbortSignal
  /** Folder that relative paths count from. */
  readonly cwd: string
  readonly stdin: Streams['stdin']
  /** The result, to stdout, as it is. Waits for a slow reader. @throws the signal's reason */
  print(text: string): Promise<void>
  /** One line for people, to stderr. */
  say(line: string): void
  /** How far something has come: a bar where people watch, else a line every few seconds. `quiet` shows nothing. */
  progress(what: string, options: { readonly quiet: boolean }): Progress
}

const CONTROLS = /(?![\n\t])\p{Cc}/gu

/** Names of files, and what others have written, may hold what a terminal obeys. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, '\uFFFD')
}

export function createTerminal(streams: Streams, signal: AbortSignal, cwd: string): Terminal {
  const { stdout, stderr } = streams
  let current: Progress | undefined
  return {
    signal,
    cwd,
    stdin: streams.stdin,
    async print(text) {
      signal.throwIfAborted()
      if (!stdout.write(text)) await once(stdout, 'drain', { signal })
    },
    say(line) {
      current?.hide()
      stderr.write(`${withoutControls(line)}\n`)
      current?.show()
    },
    progress(what, { quiet }) {
      current = openProgress(quiet ? undefined : stderr, what)
      return current
    },
  }
}
