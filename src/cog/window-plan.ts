import { UnreadableAssetError } from '../errors.ts'
import type { LevelWindow, WindowOptions } from './cog.ts'
import type { CogHeader, StoredImage } from './header.ts'
import { blockBytes } from './image.ts'
import type { Image } from './image.ts'
import { MAX_WINDOW_BLOCKS, MAX_WINDOW_BYTES } from './limits.ts'

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What is to be read for one window. */
export interface WindowPlan {
  readonly level: number
  readonly stored: StoredImage
  /** Cut to the level. */
  readonly window: Rectangle
  /** Planes to read; [0] where all bands lie in one. */
  readonly bands: readonly number[]
  /** Numbers of the blocks in a plane. */
  readonly places: readonly number[]
  readonly mask?: { readonly stored: StoredImage; readonly places: readonly number[] }
  /** The only row of the level that is needed: of large blocks a strip is read. */
  readonly row?: number
  /** Of all these blocks, decoded. */
  readonly bytes: number
}

/** Cuts a window to its level and lists the blocks under it. @throws UnreadableAssetError where they are too many */
export function planWindow(
  name: string,
  header: CogHeader,
  { level, ...wanted }: LevelWindow,
  options: WindowOptions,
): WindowPlan {
  const found = header.levels[level]
  if (!found) throw new RangeError(`${name} has no level ${level}`)
  const { stored } = found
  const { image } = stored
  const x = Math.max(0, Math.floor(wanted.x))
  const y = Math.max(0, Math.floor(wanted.y))
  const width = Math.max(0, Math.min(image.width, Math.ceil(wanted.x + wanted.width)) - x)
  const height = Math.max(0, Math.min(image.height, Math.ceil(wanted.y + wanted.height)) - y)
  const window = { x, y, width, height }
  if (width === 0 || height === 0) return { level, stored, window, bands: [], places: [], bytes: 0 }
  const bands = image.planar ? [...new Set(options.bands ?? Array.from({ length: image.bandCount }, (_, band) => band))] : [0]
  const places = blocksUnder(image, window)
  const bytes = checkedBytes(name, places.length * bands.length, image)
  // A map that asks for a tile asks for its neighbours too; a place is asked for alone.
  const row = width === 1 && height === 1 ? y : undefined
  const mask = options.mask === false || !header.info.hasMask ? undefined : found.mask
  if (!mask) return { level, stored, window, bands, places, row, bytes }
  const maskPlaces = row === undefined ? maskPlacesUnder(mask, window, image) : blocksUnder(mask.image, window)
  const maskBytes = checkedBytes(name, maskPlaces.length, mask.image)
  return { level, stored, window, bands, places, mask: { stored: mask, places: maskPlaces }, row, bytes: bytes + maskBytes }
}

/** Decoded bytes of that many blocks. */
function checkedBytes(name: string, blocks: number, image: Image): number {
  const bytes = blocks * blockBytes(image)
  if (blocks > MAX_WINDOW_BLOCKS || bytes > MAX_WINDOW_BYTES) {
    throw new UnreadableAssetError(
      `${name}: a window of ${blocks} blocks (${bytes} bytes) is above the limit of ${MAX_WINDOW_BLOCKS} blocks or ` +
        `${MAX_WINDOW_BYTES} bytes; the file lacks overviews, or its blocks are too small or too large`,
    )
  }
  return bytes
}

/** Mask blocks under the image's blocks, not only under the window: a block's mask is as large as the block. */
function maskPlacesUnder(mask: StoredImage, window: Rectangle, image: Image): number[] {
  const left = Math.floor(window.x / image.blockWidth) * image.blockWidth
  const top = Math.floor(window.y / image.blockHeight) * image.blockHeight
  const right = Math.min(image.width, Math.ceil((window.x + window.width) / image.blockWidth) * image.blockWidth)
  const bottom = Math.min(image.height, Math.ceil((window.y + window.height) / image.blockHeight) * image.blockHeight)
  return blocksUnder(mask.image, { x: left, y: top, width: right - left, height: bottom - top })
}

/** Numbers of the blocks under a window, row by row. */
function blocksUnder({ blockWidth, blockHeight, across }: Image, window: Rectangle): number[] {
  const first = Math.floor(window.x / blockWidth)
  const last = Math.floor((window.x + window.width - 1) / blockWidth)
  const top = Math.floor(window.y / blockHeight)
  const bottom = Math.floor((window.y + window.height - 1) / blockHeight)
  // Counted before it is listed.
  const count = (last - first + 1) * (bottom - top + 1)
  if (count > MAX_WINDOW_BLOCKS) {
    throw new UnreadableAssetError(`a window of ${count} blocks is above the limit of ${MAX_WINDOW_BLOCKS}`)
  }
  const places: number[] = []
  for (let row = top; row <= bottom; row++) for (let column = first; column <= last; column++) places.push(row * across + column)
  return places
}
