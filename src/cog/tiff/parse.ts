import { fromArrayBuffer } from 'geotiff'

import { UnreadableAssetError } from '../../errors.ts'
import { MAX_TAG_BYTES } from '../limits.ts'
import { walkDirectories } from './directories.ts'
import type { Entry } from './directories.ts'
import { TAG } from './field-types.ts'
import type { HeaderBytes } from './header-bytes.ts'
import { unsignedValues } from './values.ts'

/** One parsed directory: values of small tags by number, and where the block tables lie. */
export interface Directory {
  readonly tags: ReadonlyMap<number, unknown>
  readonly entries: ReadonlyMap<number, Entry>
  /** It is one of the first directory's SubIFDs. */
  readonly isPart: boolean
  /** GeoKeys by name, as geotiff.js gives them; undefined where the directory has none. */
  readonly geoKeys: Readonly<Record<string, unknown>> | undefined
}

export interface ParsedTiff {
  readonly littleEndian: boolean
  readonly directories: readonly Directory[]
}

const LONG = 4
/** Two LONGs each: numerator and denominator. */
const RATIONAL = 5
const TABLES = new Set<number>([TAG.subDirectories, TAG.stripOffsets, TAG.stripByteCounts, TAG.tileOffsets, TAG.tileByteCounts])
const PARSED = Object.values(TAG).filter((tag) => !TABLES.has(tag))

/**
 * Parses the directories of a file. geotiff.js does the parsing, but of a header that we write anew from entries that have been
 * checked: it never sees a cycle, an unknown type, a count that reserves memory, or the file itself.
 * @throws UnreadableAssetError
 */
export async function parseTiff(header: HeaderBytes): Promise<ParsedTiff> {
  const { littleEndian, directories: found, parts } = await walkDirectories(header)
  const safe: SafeEntry[][] = []
  for (const entries of found) safe.push(await safeEntries(entries, header))
  try {
    const tiff = await fromArrayBuffer(writeHeader(safe, littleEndian))
    const directories: Directory[] = []
    for (const [index, entries] of found.entries()) {
      const image = await tiff.getImage(index)
      const tags = new Map<number, unknown>()
      for (const { tag, type, values } of safe[index]) {
        // geotiff.js leaves half of several rationals out.
        const value = type === RATIONAL ? unsignedValues(values, LONG, littleEndian) : await image.fileDirectory.loadValue(tag)
        tags.set(tag, value)
      }
      directories.push({ tags, entries, isPart: index >= found.length - parts, geoKeys: image.getGeoKeys() ?? undefined })
    }
    return { littleEndian, directories }
  } catch (cause) {
    throw new UnreadableAssetError(`${header.name}: the header cannot be parsed`, { cause })
  }
}

interface SafeEntry {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly values: Uint8Array
}

async function safeEntries(entries: ReadonlyMap<number, Entry>, header: HeaderBytes): Promise<SafeEntry[]> {
  const safe: SafeEntry[] = []
  for (const tag of PARSED.toSorted((a, b) => a - b)) {
    const entry = entries.get(tag)
    if (!entry || entry.bytes > MAX_TAG_BYTES) continue
    safe.push({ tag, type: entry.type, count: entry.count, values: await header.read(entry.offset, entry.bytes) })
  }
  return safe
}

/** A classic TIFF header of nothing but these entries, in the file's byte order. */
function writeHeader(directories: readonly (readonly SafeEntry[])[], littleEndian: boolean): ArrayBuffer {
  const outside = (entry: SafeEntry) => (entry.values.length > 4 ? entry.values.length + (entry.values.length & 1) : 0)
  const sizes = directories.map((entries) => 6 + entries.length * 12 + entries.reduce((sum, entry) => sum + outside(entry), 0))
  const buffer = new ArrayBuffer(8 + sizes.reduce((sum, size) => sum + size, 0))
  const bytes = new Uint8Array(buffer)
  const view = new DataView(buffer)
  view.setUint16(0, littleEndian ? 0x4949 : 0x4d4d)
  view.setUint16(2, 42, littleEndian)
  view.setUint32(4, 8, littleEndian)
  let at = 8
  for (const [index, entries] of directories.entries()) {
    const next = at + sizes[index]
    let free = at + 6 + entries.length * 12
    view.setUint16(at, entries.length, littleEndian)
    at += 2
    for (const entry of entries) {
      view.setUint16(at, entry.tag, littleEndian)
      view.setUint16(at + 2, entry.type, littleEndian)
      view.setUint32(at + 4, entry.count, littleEndian)
      if (entry.values.length > 4) {
        view.setUint32(at + 8, free, littleEndian)
        bytes.set(entry.values, free)
        free += outside(entry)
      } else {
        bytes.set(entry.values, at + 8)
      }
      at += 12
    }
    view.setUint32(at, index + 1 < directories.length ? next : 0, littleEndian)
    at = next
  }
  return buffer
}
