/** A picture of 8-bit samples in one strip. */
export interface OneStrip {
  readonly width: number
  readonly height: number
  readonly samples: number
  readonly compression: number
  readonly photometric: number
  /** How many of the samples are ExtraSamples (of no stated meaning, so that nothing premultiplies). */
  readonly extraSamples: number
  readonly jpegTables?: Uint8Array
}

const SHORT = 3
const LONG = 4
const UNDEFINED = 7
const SIZE: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, [UNDEFINED]: 1 }

type Tag = readonly [tag: number, type: number, values: ArrayLike<number>]

/** Bytes that values take outside of their entry. */
function outside(values: number, size: number): number {
  return values * size > 4 ? (values * size + 1) & ~1 : 0
}

/** Puts the smallest TIFF header in front of compressed bytes, so that libtiff (in sharp) decodes them. */
export function oneStripTiff(bytes: Uint8Array, strip: OneStrip): Uint8Array {
  const tagCount = 10 + (strip.extraSamples ? 1 : 0) + (strip.jpegTables ? 1 : 0)
  const directoryEnd = 8 + 2 + 12 * tagCount + 4
  const dataAt =
    directoryEnd +
    outside(strip.samples, 2) +
    outside(strip.extraSamples, 2) +
    (strip.jpegTables ? outside(strip.jpegTables.length, 1) : 0)
  const tags: Tag[] = [
    [256, LONG, [strip.width]],
    [257, LONG, [strip.height]],
    [258, SHORT, Array.from({ length: strip.samples }, () => 8)],
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
    view.setUint32(entry + 4, values.length, true)
    let at = entry + 8
    if (values.length * size > 4) {
      view.setUint32(at, free, true)
      at = free
      free += outside(values.length, size)
    }
    for (let i = 0; i < values.length; i++, at += size) {
      if (type === SHORT) view.setUint16(at, values[i], true)
      else if (type === LONG) view.setUint32(at, values[i], true)
      else view.setUint8(at, values[i])
    }
  }
  file.set(bytes, dataAt)
  return file
}
