import { InvalidMosaicError, TooLargeError } from '../errors.ts'
import type { MosaicInfo, MosaicJSON } from './document.ts'
import { DocumentScanner } from './document-scanner.ts'
import { IndexBuilder } from './index-builder.ts'
import { mosaicInfoOf } from './members.ts'
import type { QuadkeyIndex } from './quadkey-index.ts'
import { unpack } from './unpack.ts'

export interface ParseLimits {
  /** Bytes of the document as it is read, gzip unpacked. */
  readonly maxUnpacked: number
  /** Bytes that the parsed mosaic may take in memory. */
  readonly memory: number
}

/** A document as it is kept: its members, and its tiles as an index. */
export interface ParsedMosaic {
  readonly info: MosaicInfo
  readonly index: QuadkeyIndex
}

/**
 * Reads a MosaicJSON document, plain or gzip.
 * @throws InvalidMosaicError saying which member is wrong and where; TooLargeError naming the setting
 */
export async function parseMosaic(bytes: Uint8Array, limits: ParseLimits, signal?: AbortSignal): Promise<ParsedMosaic> {
  const builder = new IndexBuilder()
  const scanner = new DocumentScanner(builder)
  let fault: unknown
  for await (const piece of unpack(bytes, limits.maxUnpacked, signal)) {
    // A bomb is a bomb, whatever is in it: the rest is unpacked, and dropped, to say so.
    if (fault === undefined) fault = faultIn(() => scanner.feed(piece))
    checkMemory(builder.keptBytes, limits)
  }
  if (fault !== undefined) throw fault
  const { members, keyLength } = scanner.finish()
  const info = mosaicInfoOf(members)
  if (keyLength !== undefined && keyLength !== info.quadkeyZoom) {
    const member = info.members.quadkey_zoom == null ? 'minzoom (there is no quadkey_zoom)' : 'quadkey_zoom'
    throw new InvalidMosaicError(`tiles: the quadkeys have ${keyLength} digits, but ${member} is ${info.quadkeyZoom}`)
  }
  const index = builder.finish(info.quadkeyZoom)
  checkMemory(index.bytes, limits)
  return { info, index }
}

/** The whole document again: members as they were read, tiles by quadkey. */
export function toDocument({ info, index }: ParsedMosaic): MosaicJSON {
  return { ...info.members, tiles: Object.fromEntries(index.entries()) }
}

function faultIn(work: () => void): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

function checkMemory(bytes: number, limits: ParseLimits): void {
  if (bytes > limits.memory) {
    throw new TooLargeError(`the mosaic does not fit into the ${limits.memory} bytes for mosaics`, '--mosaic-memory')
  }
}
