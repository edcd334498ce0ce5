import { InvalidMosaicError } from '../errors.ts'
import { lazyDocument, type MosaicInfo, type MosaicJSON } from './document.ts'
import { mosaicInfoOf } from './members.ts'
import { QuadkeyIndex } from './quadkey-index.ts'
import { checkMemory, type ParseLimits, scanDocument } from './scan.ts'
import { isLarge, scanBeside } from './scan-beside.ts'

export type { ParseLimits } from './scan.ts'

/** A document as it is kept: its members, and its tiles as an index. */
export interface ParsedMosaic {
  readonly info: MosaicInfo
  readonly index: QuadkeyIndex
}

export interface ParseOptions {
  readonly signal?: AbortSignal
  /** The bytes may be taken: nobody reads them any more. */
  readonly own?: boolean
}

/**
 * Reads a MosaicJSON document, plain or gzip; a large one in a thread of its own.
 * @throws InvalidMosaicError saying which member is wrong and where; TooLargeError naming the setting
 */
export async function parseMosaic(
  bytes: Uint8Array,
  limits: ParseLimits,
  { signal, own = false }: ParseOptions = {},
): Promise<ParsedMosaic> {
  signal?.throwIfAborted()
  const scanned = isLarge(bytes) ? scanBeside(bytes, limits, own, signal) : scanDocument(bytes, limits, signal)
  const { members, keyLength, columns } = await scanned
  const info = mosaicInfoOf(members)
  if (keyLength !== undefined && keyLength !== info.quadkeyZoom) {
    const member = info.members.quadkey_zoom == null ? 'minzoom (there is no quadkey_zoom)' : 'quadkey_zoom'
    throw new InvalidMosaicError(`tiles: the quadkeys have ${keyLength} digits, but ${member} is ${info.quadkeyZoom}`)
  }
  const index = new QuadkeyIndex(info.quadkeyZoom, columns)
  checkMemory(index.bytes, limits)
  return { info, index }
}

/** The whole document again: members as they were read, tiles by quadkey. */
export function toDocument({ info, index }: ParsedMosaic): MosaicJSON {
  return lazyDocument(info.members, () => Object.fromEntries(index.entries()))
}
