import { apply, invert } from '../grid/affine.ts'
import type { Crs } from '../grid/crs.ts'
import { transformer } from '../grid/transformer.ts'
import type { Affine } from '../grid/affine.ts'
import type { Raster, Samples } from '../raster/raster.ts'
import { type PixelShape, rasterize } from '../raster/rasterize.ts'
import { type Geometry, shapesOf } from './geometry.ts'

/** A geometry in pixels of a grid: every vertex is transformed, edges stay straight, as in GDAL. Vertices without a place are left out. */
export function pixelShapes(geometry: Geometry, from: Crs, to: Crs, transform: Affine): readonly PixelShape[] {
  const { forward } = transformer(from, to)
  const pixel = invert(transform)
  return shapesOf(geometry).map(({ kind, rings }) => ({
    kind,
    rings: rings.map((ring) => {
      const places = ring.map(([x, y]) => apply(pixel, ...forward(x, y))).filter((place) => place.every(Number.isFinite))
      return Float64Array.from(places.flat())
    }),
  }))
}

/** The raster with every pixel masked that the shapes do not touch. */
export function cut(raster: Raster, shapes: readonly PixelShape[]): Raster {
  const touched = rasterize(shapes, raster)
  const done = new Map<Uint8Array, Uint8Array>()
  const masks = raster.masks.map((mask) => {
    const inside = done.get(mask) ?? mask.map((valid, i) => (touched[i] === 0 ? 0 : valid))
    done.set(mask, inside)
    return inside
  })
  return { ...raster, masks, alpha: raster.alpha && (raster.alpha.map((value, i) => (touched[i] === 0 ? 0 : value)) as Samples) }
}
