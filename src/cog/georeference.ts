import { UnreadableAssetError } from '../errors.ts'
import type { Affine } from '../grid/affine.ts'
import { TAG } from './tiff/field-types.ts'
import type { Directory } from './tiff/parse.ts'
import { numbers } from './tiff/tags.ts'

const PIXEL_IS_POINT = 2

/**
 * Pixel to CRS coordinates, from the corner of the first pixel, as GDAL computes it: scale and tiepoint (whatever pixel it is tied
 * to), else the transformation matrix; where pixels are points, half a pixel back. undefined: the file does not say.
 * @throws UnreadableAssetError where there are only control points, or nothing sensible
 */
export function georeference({ tags, geoKeys }: Directory, name: string): Affine | undefined {
  const affine = scaleAndTiepoint(tags) ?? transformation(tags)
  if (!affine) {
    const points = (numbers(tags, TAG.modelTiepoint)?.length ?? 0) / 6
    if (points > 1)
      throw new UnreadableAssetError(`${name}: the file is georeferenced by control points, which are not supported`)
    return undefined
  }
  const [a, b, c, d, e, f] = affine
  if (!affine.every(Number.isFinite) || a * e - b * d === 0) {
    throw new UnreadableAssetError(`${name}: the georeferencing of the file is not invertible`)
  }
  if (geoKeys?.['GTRasterTypeGeoKey'] !== PIXEL_IS_POINT) return affine
  return [a, b, c - (a * 0.5 + b * 0.5), d, e, f - (d * 0.5 + e * 0.5)]
}

function scaleAndTiepoint(tags: Directory['tags']): Affine | undefined {
  const scale = numbers(tags, TAG.modelPixelScale)
  const tie = numbers(tags, TAG.modelTiepoint)
  if (!scale || scale.length < 2 || !tie || tie.length < 6 || scale[0] === 0 || scale[1] === 0) return undefined
  const [i, j, , x, y] = tie
  const xScale = scale[0]
  // The sign of the second scale says nothing: rows go down.
  const yScale = -Math.abs(scale[1])
  return [xScale, 0, x - i * xScale, 0, yScale, y - j * yScale]
}

function transformation(tags: Directory['tags']): Affine | undefined {
  const m = numbers(tags, TAG.modelTransformation)
  if (!m || m.length < 8) return undefined
  return [m[0], m[1], m[3], m[4], m[5], m[7]]
}
