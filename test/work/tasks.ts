import { existsSync } from 'node:fs'
import { threadId, workerData } from 'node:worker_threads'
import { UnreadableAssetError } from '../../src/errors.ts'
import { attempt, type Outcome } from '../../src/work/outcome.ts'

/** Tasks for the tests of the pool: `layout.name` says what to do, `bytes` may be a shared counter of starts. */
interface Order {
  readonly layout: { readonly name: string; readonly starts?: Int32Array; readonly flag?: string }
  readonly bytes: Uint8Array
}

const flag = process.env.SMALTI_TEST_BROKEN_START
if (flag && existsSync(flag)) throw new Error('this thread does not start')
if (workerData !== null && workerData !== undefined) throw new Error('no data expected')

export const ready = (): Outcome<true> => ({ value: true })

export async function decode({ layout, bytes }: Order): Promise<Outcome<object>> {
  const { name, starts } = layout
  const start = starts ? Atomics.add(starts, 0, 1) : 0
  if (name === 'exit' || (name === 'exit-once' && start === 0)) process.exit(7)
  if (name === 'memory') {
    const hoard: object[] = []
    for (;;) hoard.push(Array.from({ length: 1e6 }))
  }
  if (name === 'unreadable') return attempt(() => Promise.reject(new UnreadableAssetError('a.tif: corrupt block')))
  if (name === 'bug') return attempt(() => Promise.reject(new TypeError('x is not a function')))
  if (name.startsWith('wait')) await new Promise((resolve) => setTimeout(resolve, Number(name.slice(5))))
  const memory = new SharedArrayBuffer(bytes.length)
  new Uint8Array(memory).set(bytes)
  return { value: { x: threadId, y: start, width: bytes.length, height: 1, bands: [new Uint8Array(memory)], mask: undefined } }
}

/** Marks in `windows[0].order` when it ran. */
export async function warp({ windows }: { windows: readonly { readonly starts: Int32Array }[] }): Promise<Outcome<object>> {
  return { value: { order: Atomics.add(windows[0].starts, 0, 1) } }
}
