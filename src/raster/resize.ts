import { type DataType, type Raster, type Samples, samplesOf } from './raster.ts'

/** The same picture in other pixels, by the nearest one, as RasterIO reads: the pixel under the centre. */
export function resized(raster: Raster, width: number, height: number): Raster {
  if (raster.width === width && raster.height === height) return raster
  const columns = nearest(raster.width, width)
  const rows = nearest(raster.height, height)
  const take = (plane: Samples, dtype: DataType): Samples => {
    const out = samplesOf(dtype, width * height)
    for (let y = 0, at = 0; y < height; y++) {
      const row = rows[y] * raster.width
      for (let x = 0; x < width; x++) out[at++] = plane[row + columns[x]]
    }
    return out
  }
  const masks = new Map([...new Set(raster.masks)].map((mask) => [mask, take(mask, 'uint8') as Uint8Array]))
  const [a, b, c, d, e, f] = raster.transform
  const sx = raster.width / width
  const sy = raster.height / height
  return {
    ...raster,
    width,
    height,
    bands: raster.bands.map((band) => take(band, raster.dtype)),
    masks: raster.masks.map((mask) => masks.get(mask) ?? mask),
    alpha: raster.alpha && take(raster.alpha, raster.dtype),
    transform: [a * sx, b * sy, c, d * sx, e * sy, f],
  }
}

function nearest(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, i) => Math.min(from - 1, Math.trunc(((i + 0.5) * from) / to + 1e-10)))
}
