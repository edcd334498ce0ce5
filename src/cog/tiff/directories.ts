import { UnreadableAssetError } from '../../errors.ts'
import { MAX_DIRECTORIES, MAX_ENTRIES } from '../limits.ts'
import { FIELD_SIZE, TAG } from './field-types.ts'
import type { HeaderBytes } from './header-bytes.ts'
import { unsignedValues } from './values.ts'

/** Field types of positions: LONG, IFD, LONG8, IFD8. */
const OFFSETS = new Set([4, 13, 16, 18])

/** Where the values of one tag lie, checked against the file's size. Nothing has been read or reserved for them. */
export interface Entry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** Byte position of the first value in the file. */
  readonly offset: number
  /** Bytes of all values. */
  readonly bytes: number
}

export interface TiffStructure {
  readonly littleEndian: boolean
  /** One map a directory (IFD), in file order; then those that the first one lists as its parts (SubIFDs). */
  readonly directories: readonly ReadonlyMap<number, Entry>[]
  /** How many of them are parts of the first. */
  readonly parts: number
}

/**
 * Walks the directories of a TIFF or BigTIFF. Bounded whatever the file says: no directory twice, at most 64 of them, values
 * that lie outside the file and types that are unknown are skipped, as libtiff does.
 * @throws UnreadableAssetError
 */
export async function walkDirectories(header: HeaderBytes): Promise<TiffStructure> {
  const start = await header.start()
  const bad = (what: string) => new UnreadableAssetError(`${header.name}: ${what}`)
  if (start.length < 16) throw bad('not a TIFF file')
  const view = viewOf(start)
  const mark = view.getUint16(0)
  // What begins so is JSON.
  if (start[0] === 0x7b) throw bad('not a TIFF file but JSON; of a STAC item the parameter assets says what is wanted')
  if (mark !== 0x4949 && mark !== 0x4d4d) throw bad('not a TIFF file')
  const littleEndian = mark === 0x4949
  const magic = view.getUint16(2, littleEndian)
  if (magic !== 42 && magic !== 43) throw bad('not a TIFF file')
  const big = magic === 43
  if (big && view.getUint16(4, littleEndian) !== 8) throw bad('not a BigTIFF file')

  const shape = big ? { count: 8, entry: 20, word: 8 } : { count: 2, entry: 12, word: 4 }
  const word = (of: DataView, at: number) => (big ? Number(of.getBigUint64(at, littleEndian)) : of.getUint32(at, littleEndian))
  const visited = new Set<number>()
  const directories: ReadonlyMap<number, Entry>[] = []
  let next = word(view, big ? 8 : 4)
  while (next !== 0) next = await readDirectory(next)
  if (directories.length === 0) throw bad('a TIFF file without a directory')
  const own = directories.length
  for (const part of await partsOf(directories[0])) {
    // A broken overview is not worth the file.
    await readDirectory(part).catch((error: unknown) => {
      if (!(error instanceof UnreadableAssetError)) throw error
    })
  }
  return { littleEndian, directories, parts: directories.length - own }

  /** Position of the directory after this one. */
  async function readDirectory(offset: number): Promise<number> {
    if (visited.has(offset)) throw bad('its directories form a cycle')
    if (directories.length === MAX_DIRECTORIES) throw bad(`more than ${MAX_DIRECTORIES} directories`)
    visited.add(offset)
    if (offset + shape.count > header.fileSize) throw bad('a directory lies outside the file')
    const head = viewOf(await header.read(offset, shape.count))
    const count = big ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian)
    if (count === 0 || count > MAX_ENTRIES) throw bad(`a directory of ${count} entries`)
    const length = shape.count + count * shape.entry + shape.word
    const body = viewOf(await header.read(offset, length))
    const entries = new Map<number, Entry>()
    for (let i = 0; i < count; i++) {
      const at = shape.count + i * shape.entry
      const entry = readEntry(body, at, offset + at)
      // The first of two equal tags counts, as in libtiff.
      if (entry && !entries.has(entry.tag)) entries.set(entry.tag, entry)
    }
    directories.push(entries)
    return word(body, length - shape.word)
  }

  /** Positions of the SubIFDs of a directory, without those that have been read as directories of their own. */
  async function partsOf(entries: ReadonlyMap<number, Entry>): Promise<number[]> {
    const entry = entries.get(TAG.subDirectories)
    if (!entry || !OFFSETS.has(entry.type) || entry.count > MAX_DIRECTORIES) return []
    const offsets = unsignedValues(await header.read(entry.offset, entry.bytes), entry.type, littleEndian)
    return [...new Set(offsets)].filter((offset) => offset > 0 && !visited.has(offset))
  }

  function readEntry(body: DataView, at: number, position: number): Entry | undefined {
    const tag = body.getUint16(at, littleEndian)
    const type = body.getUint16(at + 2, littleEndian)
    const size = FIELD_SIZE.get(type)
    const count = word(body, at + 4)
    if (size === undefined || count === 0) return undefined
    const bytes = size * count
    const valueAt = at + 4 + shape.word
    const valuePosition = position + 4 + shape.word
    const valueOffset = bytes <= shape.word ? valuePosition : word(body, valueAt)
    if (!Number.isSafeInteger(bytes) || valueOffset + bytes > header.fileSize) return undefined
    return { tag, type, count, offset: valueOffset, bytes }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
