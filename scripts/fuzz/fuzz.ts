import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import type { Message } from './child.ts'

export interface FuzzOptions {
  readonly seed: number
  readonly count: number
  /** First file, to repeat one of them. */
  readonly from?: number
  readonly folders?: readonly string[]
  readonly onProgress?: (done: number) => void
}

/** A file that did what none may. */
export interface Fault {
  readonly index: number
  readonly kind: 'crash' | 'hang' | 'memory' | 'error'
  readonly note: string
}

export interface FuzzResult {
  readonly read: number
  readonly refused: number
  readonly faults: readonly Fault[]
  /** The longest (CPU time) and the largest of all files. */
  readonly worstMs: number
  readonly worstMiB: number
}

/** Limits of one file: CPU time, and memory above what the process had before. */
const LIMIT_MS = 2000
const LIMIT_MIB = 256
/** Without a sign of life for so long a process is stuck, however busy the machine is. */
const STUCK_MS = 20_000

/** Reads mutated files in a process of their own, which is started anew after one that ends or is stuck. */
export async function fuzz({ seed, count, from = 0, folders = [], onProgress }: FuzzOptions): Promise<FuzzResult> {
  const result = { read: 0, refused: 0, faults: [] as Fault[], worstMs: 0, worstMiB: 0 }
  const end = from + count
  for (let next = from; next < end;) next = await oneChild(next)
  return result

  /** The number of the file to go on with. */
  function oneChild(first: number): Promise<number> {
    return new Promise((resolve) => {
      const file = fileURLToPath(new URL('child.ts', import.meta.url))
      const child = fork(file, [seed, first, end, ...folders].map(String), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
      let current = first
      let isStuck = false
      let errors = ''
      let finished = first
      const clock = setTimeout(stuck, STUCK_MS)
      function stuck(): void {
        isStuck = true
        child.kill('SIGKILL')
      }
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        errors = (errors + text).slice(-2000)
      })
      child.on('message', (message: Message) => {
        clock.refresh()
        if ('begin' in message) {
          current = message.begin
          return
        }
        const { done, outcome, note, cpuMs, peakMiB } = message
        finished = done + 1
        if (outcome === 'fault') result.faults.push({ index: done, kind: 'error', note })
        else result[outcome]++
        if (cpuMs > LIMIT_MS) result.faults.push({ index: done, kind: 'hang', note: `${Math.round(cpuMs)} ms` })
        if (peakMiB > LIMIT_MIB) result.faults.push({ index: done, kind: 'memory', note: `${Math.round(peakMiB)} MiB` })
        result.worstMs = Math.max(result.worstMs, cpuMs)
        result.worstMiB = Math.max(result.worstMiB, peakMiB)
        onProgress?.(finished - from)
      })
      child.on('exit', (code, signal) => {
        clearTimeout(clock)
        if (finished >= end) return resolve(end)
        result.faults.push({ index: current, kind: isStuck ? 'hang' : 'crash', note: `${signal ?? code} ${errors}` })
        resolve(current + 1)
      })
    })
  }
}
