import { TooLargeError } from '../errors.ts'
import { DocumentScanner } from './document-scanner.ts'
import { IndexBuilder } from './index-builder.ts'
import type { KeyColumns } from './quadkey-index.ts'
import { unpack } from './unpack.ts'

export interface ParseLimits {
  /** Bytes of the document as it is read, gzip unpacked. */
  readonly maxUnpacked: number
  /** Bytes that the parsed mosaic may take in memory. */
  readonly memory: number
}

/** What stands in a document. Plain data: it may come from another thread. */
export interface Scanned {
  /** All but `tiles`, as they are written; not looked at yet. */
  readonly members: Record<string, unknown>
  /** Digits of the quadkeys; undefined: there is none. */
  readonly keyLength: number | undefined
  readonly columns: KeyColumns
}

/** @throws InvalidMosaicError where it is no JSON or `tiles` has not its shape; TooLargeError naming the setting */
export async function scanDocument(bytes: Uint8Array, limits: ParseLimits, signal?: AbortSignal): Promise<Scanned> {
  const builder = new IndexBuilder()
  const scanner = new DocumentScanner(builder)
  let fault: unknown
  for await (const piece of unpack(bytes, limits.maxUnpacked, signal)) {
    // A bomb is a bomb, whatever is in it: the rest is unpacked, and dropped, to say so.
    if (fault === undefined) fault = faultIn(() => scanner.feed(piece))
    checkMemory(builder.keptBytes, limits)
  }
  if (fault !== undefined) throw fault
  return { ...scanner.finish(), columns: builder.columns() }
}

export function checkMemory(bytes: number, { memory }: Pick<ParseLimits, 'memory'>): void {
  if (bytes > memory) throw new TooLargeError(`the mosaic does not fit into the ${memory} bytes for mosaics`, '--mosaic-memory')
}

function faultIn(work: () => void): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
