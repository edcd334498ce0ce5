import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Slots } from '../net/slots.ts'
import { type Outcome, unwrap } from '../work/outcome.ts'
import type { ParseLimits, Scanned } from './scan.ts'
import { isGzip } from './unpack.ts'

/** Bytes, unpacked, above which a thread is worth its start (some 40 ms): half of them hold others up for about as long as a tile. */
const LARGE = 2 * 1024 * 1024
/** Packed bytes above which nobody looks how much is in them. */
const LARGE_PACKED = 256 * 1024
/** Large documents read at a time: each needs its memory. */
const AT_A_TIME = 2
/** JavaScript heap of the thread; what it collects lies outside of it. */
const HEAP_MIB = 256

const slots = new Slots(AT_A_TIME, AT_A_TIME)
const never = new AbortController().signal

/** Node runs the sources as they are, and what was built from them. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './scan-thread.ts' : './scan-thread.js', import.meta.url)

/** Whether reading it would hold others up. The last four bytes of a gzip say what is in it; who lies there is read in small pieces. */
export function isLarge(bytes: Uint8Array): boolean {
  if (!isGzip(bytes)) return bytes.length > LARGE
  const end = bytes.length - 4
  const told = end < 0 ? 0 : new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true)
  return bytes.length > LARGE_PACKED || told > LARGE
}

/**
 * What stands in a document, read by a thread of its own, so that others go on meanwhile.
 * @param own the bytes may be handed over: nobody reads them any more. @throws as scanDocument; the signal's reason, at once
 */
export function scanBeside(bytes: Uint8Array, limits: ParseLimits, own: boolean, signal: AbortSignal = never): Promise<Scanned> {
  return slots.run('', signal, async () => {
    const isWhole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer
    const handed = own && isWhole ? bytes : new Uint8Array(bytes)
    const worker = new Worker(THREAD, {
      workerData: { bytes: handed, limits },
      transferList: [handed.buffer as ArrayBuffer],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
      execArgv: [],
    })
    try {
      const [outcome] = (await once(worker, 'message', { signal })) as [Outcome<Scanned>]
      return unwrap(outcome)
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      await worker.terminate()
    }
  })
}
