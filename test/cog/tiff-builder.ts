/** One entry of a directory: values of a type, or raw bytes that stand in the value field (to lie with). */
export interface BuiltEntry {
  readonly tag: number
  readonly type: number
  readonly values?: readonly number[]
  /** Instead of values: what the entry says, whatever is true. */
  readonly count?: number
  readonly offset?: number
}

const SIZE: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 12: 8 }

/** Writes a classic little-endian TIFF by hand, legal or not: directories, then `data` at its end. */
export function buildTiff(
  directories: readonly (readonly BuiltEntry[])[],
  options: { data?: Uint8Array; next?: (index: number, offsets: readonly number[]) => number } = {},
): Uint8Array {
  const outside = ({ type, values }: BuiltEntry) => {
    const bytes = (values?.length ?? 0) * (SIZE[type] ?? 1)
    return bytes > 4 ? bytes + (bytes & 1) : 0
  }
  const offsets: number[] = []
  let end = 8
  for (const entries of directories) {
    offsets.push(end)
    end += 6 + entries.length * 12 + entries.reduce((sum, entry) => sum + outside(entry), 0)
  }
  const data = options.data ?? new Uint8Array()
  const file = new Uint8Array(end + data.length)
  const view = new DataView(file.buffer)
  file.set(data, end)
  view.setUint32(0, 0x49492a00)
  view.setUint32(4, 8, true)
  for (const [index, entries] of directories.entries()) {
    let at = offsets[index]
    let free = at + 6 + entries.length * 12
    view.setUint16(at, entries.length, true)
    at += 2
    for (const entry of entries) {
      const values = entry.values ?? []
      view.setUint16(at, entry.tag, true)
      view.setUint16(at + 2, entry.type, true)
      view.setUint32(at + 4, entry.count ?? values.length, true)
      let to = at + 8
      if (outside(entry) > 0) {
        view.setUint32(to, free, true)
        to = free
        free += outside(entry)
      } else if (entry.offset !== undefined) view.setUint32(to, entry.offset, true)
      for (const value of values) {
        const size = SIZE[entry.type] ?? 1
        if (size === 1) view.setUint8(to, value)
        else if (size === 2) view.setUint16(to, value, true)
        else if (size === 4) view.setUint32(to, value === DATA ? end : value, true)
        else view.setFloat64(to, value, true)
        to += size
      }
      at += 12
    }
    view.setUint32(at, options.next?.(index, offsets) ?? offsets[index + 1] ?? 0, true)
  }
  return file
}

/** As a LONG value: the position of `data`. */
export const DATA = -1

const SHORT = 3
const LONG = 4
const DOUBLE = 12

export interface Picture {
  readonly width: number
  readonly height: number
  readonly tile?: number
  readonly bits?: number
  readonly samples?: number
  readonly format?: number
  readonly compression?: number
  readonly photometric?: number
  /** Offsets and byte counts of the tiles; default: one tile, not stored. */
  readonly offsets?: readonly number[]
  readonly counts?: readonly number[]
  /** Instead of, or besides, the others. */
  readonly more?: readonly BuiltEntry[]
}

/** Entries of a georeferenced image (EPSG:4326), tiled. */
export function pictureEntries(picture: Picture): BuiltEntry[] {
  const { width, height, tile = 16, bits = 8, samples = 1, format = 1, compression = 1, photometric = 1 } = picture
  const entries: BuiltEntry[] = [
    { tag: 256, type: LONG, values: [width] },
    { tag: 257, type: LONG, values: [height] },
    { tag: 258, type: SHORT, values: Array.from({ length: samples }, () => bits) },
    { tag: 259, type: SHORT, values: [compression] },
    { tag: 262, type: SHORT, values: [photometric] },
    { tag: 277, type: SHORT, values: [samples] },
    { tag: 322, type: LONG, values: [tile] },
    { tag: 323, type: LONG, values: [tile] },
    { tag: 324, type: LONG, values: picture.offsets ?? [0] },
    { tag: 325, type: LONG, values: picture.counts ?? [0] },
    { tag: 339, type: SHORT, values: [format] },
    { tag: 33550, type: DOUBLE, values: [0.5, 0.25, 0] },
    { tag: 33922, type: DOUBLE, values: [0, 0, 0, 10, 50, 0] },
    { tag: 34735, type: SHORT, values: [1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326] },
  ]
  const replaced = new Set(picture.more?.map(({ tag }) => tag))
  return [...entries.filter(({ tag }) => !replaced.has(tag)), ...(picture.more ?? [])].sort((a, b) => a.tag - b.tag)
}
