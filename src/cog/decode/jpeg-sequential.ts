import type { Samples } from '../../raster/raster.ts'
import { scanBits } from './jpeg-bits.ts'
import { colorArea, tintArea } from './jpeg-color.ts'
import type { JpegHeader } from './jpeg-header.ts'
import { decodeScan, type UnitPlane } from './jpeg-scan.ts'
import type { BlockLayout } from './layout.ts'

/**
 * Whether {@link decodeSequential} knows the stream: one scan, all components of one resolution, or chroma of half the resolution.
 * @param isColor the three components are luma and chroma
 */
export function isSequential({ frame, scan }: JpegHeader, isColor: boolean): boolean {
  if (!scan || frame.bits !== 8) return false
  const sampling = scan.map(({ across, down }) => `${across}x${down}`)
  return sampling.every((size) => size === '1x1') || (isColor && sampling.join() === '2x2,1x1,1x1')
}

/**
 * Decodes straight to the bands, a unit of 8 x 8 or 16 x 16 pixels at a time: what lies between stays in the processor's cache.
 *
 * Samples are those of IJG's libjpeg since version 7, which GDAL has in rasterio's wheels: chroma of half the resolution is brought
 * to the whole by transforming every 8 x 8 block of coefficients back to 16 x 16 samples. libjpeg-turbo, which sharp has, smooths between
 * neighbours instead: up to 60 levels off at edges of color.
 * @param isColor the three components are luma and chroma
 * @throws Error where the stream is corrupt or cut
 */
export function decodeSequential(
  bytes: Uint8Array,
  { frame, scan = [], restart, start }: JpegHeader,
  { width, height, above = 0 }: Pick<BlockLayout, 'width' | 'height' | 'above'>,
  bands: readonly Samples[],
  isColor: boolean,
): void {
  const targets = bands.map(({ buffer, byteOffset, length }) => new Uint8ClampedArray(buffer as ArrayBuffer, byteOffset, length))
  const bits = scanBits(bytes, start)
  const side = 8 * scan[0].across
  const across = Math.ceil(frame.width / side)
  const units = across * Math.ceil((above + height) / side)
  const first = across * Math.floor(above / side)

  decodeScan(bits, scan, { first, units, restart }, (unit, planes) => {
    const x = (unit % across) * side
    const y = Math.floor(unit / across) * side - above
    const area = { at: y * width + x, stride: width, width: Math.min(side, width - x), height: Math.min(side, height - y) }
    if (area.width <= 0) return
    const [light, ...chroma] = planes
    if (!isColor) for (const [i, plane] of planes.entries()) copyArea(plane, side, targets[i], area)
    else if (chroma.every(({ flat }) => flat >= 0))
      tintArea(
        spread(light),
        chroma.map(({ flat }) => flat),
        side,
        targets,
        area,
      )
    else colorArea(spread(light), chroma.map(spread), side, targets, area)
  })
}

/** The samples of a unit, also where they are all one. */
function spread({ samples, flat }: UnitPlane): Uint8ClampedArray {
  return flat < 0 ? samples : samples.fill(flat)
}

function copyArea(
  plane: UnitPlane,
  side: number,
  target: Uint8ClampedArray,
  area: { at: number; stride: number; width: number; height: number },
): void {
  const samples = spread(plane)
  for (let y = 0; y < area.height; y++) {
    const to = area.at + y * area.stride
    for (let x = 0; x < area.width; x++) target[to + x] = samples[y * side + x]
  }
}
