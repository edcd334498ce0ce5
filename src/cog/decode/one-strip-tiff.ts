/** A tag with its field type (3 SHORT, 4 LONG, 5 RATIONAL, 7 UNDEFINED); a RATIONAL is two values. */
export type TiffTag = readonly [tag: number, type: number, values: ArrayLike<number>]

/** A picture in one strip. */
export interface OneStrip {
  readonly width: number
  readonly height: number
  readonly samples: number
  /** Bits of a sample; 8 where nothing is said. */
  readonly bits?: number
  readonly compression: number
  readonly photometric: number
  /** How many of the samples are ExtraSamples (of no stated meaning, so that nothing premultiplies). */
  readonly extraSamples: number
  readonly jpegTables?: Uint8Array
  /** What the coding needs besides. */
  readonly tags?: readonly TiffTag[]
}

const SHORT = 3
const LONG = 4
const RATIONAL = 5
const UNDEFINED = 7
const SIZE: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, [RATIONAL]: 4, [UNDEFINED]: 1 }

/** Bytes that values take outside of their entry. */
function outside(values: number, size: number): number {
  return values * size > 4 ? (values * size + 1) & ~1 : 0
}

/** Puts the smallest TIFF header in front of compressed bytes, so that libtiff (in sharp) decodes them. */
export function oneStripTiff(bytes: Uint8Array, strip: OneStrip): Uint8Array {
  const more = strip.tags ?? []
  const tagCount = 10 + (strip.extraSamples ? 1 : 0) + (strip.jpegTables ? 1 : 0) + more.length
  const directoryEnd = 8 + 2 + 12 * tagCount + 4
  const dataAt =
    directoryEnd +
    outside(strip.samples, 2) +
    outside(strip.extraSamples, 2) +
    (strip.jpegTables ? outside(strip.jpegTables.length, 1) : 0) +
    more.reduce((sum, [, type, values]) => sum + outside(values.length, SIZE[type]), 0)
  const tags: TiffTag[] = [
    [256, LONG, [strip.width]],
    [257, LONG, [strip.height]],
    [258, SHORT, Array.from({ length: strip.samples }, () => strip.bits ?? 8)],
    [259, SHORT, [strip.compression]],
    [262, SHORT, [strip.photometric]],
    [273, LONG, [dataAt]],
    [277, SHORT, [strip.samples]],
    [278, LONG, [strip.height]],
    [279, LONG, [bytes.length]],
    [284, SHORT, [1]],
  ]
  if (strip.extraSamples) tags.push([338, SHORT, Array.from({ length: strip.extraSamples }, () => 0)])
  if (strip.jpegTables) tags.push([347, UNDEFINED, strip.jpegTables])
  tags.push(...more)
  // libtiff wants them in order.
  tags.sort((a, b) => a[0] - b[0])

  const file = new Uint8Array(dataAt + bytes.length)
  const view = new DataView(file.buffer)
  view.setUint32(0, 0x49492a00)
  view.setUint32(4, 8, true)
  view.setUint16(8, tags.length, true)
  let free = directoryEnd
  for (const [index, [tag, type, values]] of tags.entries()) {
    const entry = 10 + 12 * index
    const size = SIZE[type]
    view.setUint16(entry, tag, true)
    view.setUint16(entry + 2, type, true)
    view.setUint32(entry + 4, type === RATIONAL ? values.length / 2 : values.length, true)
    let at = entry + 8
    if (values.length * size > 4) {
      view.setUint32(at, free, true)
      at = free
      free += outside(values.length, size)
    }
    for (let i = 0; i < values.length; i++, at += size) {
      if (type === SHORT) view.setUint16(at, values[i], true)
      else if (type === LONG || type === RATIONAL) view.setUint32(at, values[i], true)
      else view.setUint8(at, values[i])
    }
  }
  file.set(bytes, dataAt)
  return file
}
