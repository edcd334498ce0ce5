import type { Picture } from '../render/picture.ts'

/** A picture as indices into its colours. */
export interface IndexedPicture {
  readonly width: number
  readonly height: number
  /** Row-major, one a pixel. */
  readonly indices: Uint8Array
  /** Little-endian RGBA, at most 256. */
  readonly colors: readonly number[]
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
const MOST_COLORS = 256
const SLOTS = 1024
/** With fewer pixels a colour the list of colours weighs more than what it saves. */
const PIXELS_A_COLOR = 4

/**
 * The same pixels as indices, where that packs smaller: pictures of 8 bits with alpha or colour, of few colours. Grey values are their
 * own indices, so that a program that reads samples finds them. What is wholly transparent has no colour. undefined: not so
 */
export function indexedPicture(picture: Picture): IndexedPicture | undefined {
  const { data, channels } = picture
  if (!(data instanceof Uint8Array) || channels === 1) return undefined
  const indexed = channels === 2 ? greyWithAlpha(picture, data) : ofColors(picture, data)
  return indexed && worthIndexing(indexed.colors.length, indexed.indices.length) ? indexed : undefined
}

/** Whether a picture of so many pixels can have so many colours, and packs smaller for it. */
export function worthIndexing(colors: number, pixels: number): boolean {
  return colors <= MOST_COLORS && colors * PIXELS_A_COLOR <= pixels
}

/** The transparent pixels take a value that no opaque pixel has. */
function greyWithAlpha({ width, height }: Picture, data: Uint8Array): IndexedPicture | undefined {
  const used = new Uint8Array(MOST_COLORS)
  let most = 0
  for (let i = 0; i < data.length; i += 2) {
    const alpha = data[i + 1]
    if (alpha === 255) {
      used[data[i]] = 1
      if (data[i] > most) most = data[i]
    } else if (alpha !== 0) return undefined
  }
  const spare = used.indexOf(0)
  if (spare < 0) return undefined
  const indices = new Uint8Array(width * height)
  for (let i = 0; i < indices.length; i++) indices[i] = data[2 * i + 1] === 0 ? spare : data[2 * i]
  const colors = Array.from({ length: Math.max(most, spare) + 1 }, (_, value) =>
    value === spare ? 0 : rgba(value, value, value, 255),
  )
  return { width, height, indices, colors }
}

function ofColors({ width, height, channels }: Picture, data: Uint8Array): IndexedPicture | undefined {
  const indices = new Uint8Array(width * height)
  const colors: number[] = []
  const slots = new Int16Array(SLOTS).fill(-1)
  let last = -1
  let lastIndex = 0
  // Colours with alpha are numbers already, where the memory is laid out for it.
  const packed =
    channels === 4 && data.byteOffset % 4 === 0 && IS_LITTLE_ENDIAN
      ? new Uint32Array(data.buffer, data.byteOffset, indices.length)
      : undefined
  for (let i = 0, at = 0; i < indices.length; i++, at += channels) {
    const alpha = channels === 4 ? data[at + 3] : 255
    const color = alpha === 0 ? 0 : packed ? packed[i] : rgba(data[at], data[at + 1], data[at + 2], alpha)
    if (color !== last) {
      let slot = (Math.imul(color, 0x9e3779b1) >>> 22) % SLOTS
      while (slots[slot] >= 0 && colors[slots[slot]] !== color) slot = (slot + 1) % SLOTS
      if (slots[slot] < 0) {
        if (colors.length === MOST_COLORS) return undefined
        slots[slot] = colors.push(color) - 1
      }
      last = color
      lastIndex = slots[slot]
    }
    indices[i] = lastIndex
  }
  return { width, height, indices, colors }
}

function rgba(red: number, green: number, blue: number, alpha: number): number {
  return (red | (green << 8) | (blue << 16) | (alpha << 24)) >>> 0
}
