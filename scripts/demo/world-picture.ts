import sharp from 'sharp'
import { apply } from '../../src/grid/affine.ts'
import type { Affine } from '../../src/grid/affine.ts'
import { crsFromEpsg, WGS84 } from '../../src/grid/crs.ts'
import { transformer } from '../../src/grid/transformer.ts'

/** A picture of the whole world, equirectangular, -180 to 180 and 90 to -90. Bands are row-major. */
export interface WorldPicture {
  readonly width: number
  readonly height: number
  readonly bands: readonly Uint8Array[]
}

/** A north-up grid of pixels in some CRS. */
export interface Grid {
  readonly epsg: number
  readonly width: number
  readonly height: number
  readonly transform: Affine
}

/** The samples as they are in the file: one band if it is grey, else three. */
export async function readWorld(path: string): Promise<WorldPicture> {
  // A colour profile would be applied: right for looking at, wrong for heights.
  const picture = sharp(path, { ignoreIcc: true })
  const { space } = await picture.metadata()
  const { data, info } = await picture
    .toColourspace(space === 'b-w' ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const bands = Array.from({ length: channels }, (_, band) => {
    const samples = new Uint8Array(width * height)
    for (let i = 0; i < samples.length; i++) samples[i] = data[i * channels + band]
    return samples
  })
  return { width, height, bands }
}

/** Where a grid's pixel centres lie in the picture: calls back with the pixel's index and the position in picture pixels (centres at .0). */
function eachPosition(picture: WorldPicture, grid: Grid, visit: (index: number, x: number, y: number) => void): void {
  const crs = crsFromEpsg(grid.epsg)
  if (!crs) throw new RangeError(`EPSG:${grid.epsg} is not known`)
  const { forward } = transformer(crs, WGS84)
  const toX = (lon: number): number => ((lon + 180) / 360) * picture.width - 0.5
  const toY = (lat: number): number => ((90 - lat) / 180) * picture.height - 0.5
  // On these two, longitude depends on the column alone and latitude on the row alone.
  const separable = grid.epsg === 4326 || grid.epsg === 3857
  const xs = Float64Array.from({ length: grid.width }, (_, col) => toX(forward(...apply(grid.transform, col + 0.5, 0.5))[0]))
  const ys = Float64Array.from({ length: grid.height }, (_, row) => toY(forward(...apply(grid.transform, 0.5, row + 0.5))[1]))
  for (let row = 0, index = 0; row < grid.height; row++) {
    for (let col = 0; col < grid.width; col++, index++) {
      if (separable) visit(index, xs[col], ys[row])
      else {
        const [lon, lat] = forward(...apply(grid.transform, col + 0.5, row + 0.5))
        visit(index, toX(lon), toY(lat))
      }
    }
  }
}

/**
 * The picture on a grid, bilinear, around the date line. Integers are rounded half up; `value` is applied to the picture's
 * samples first. `hole`: picture samples that are no data; they weigh nothing, and where the nearest one is such, `hole.fill`.
 */
export function resample<T extends Uint8Array | Int16Array | Float32Array>(
  picture: WorldPicture,
  grid: Grid,
  make: (length: number) => T,
  options: { value?: (sample: number) => number; hole?: { sample: number; fill: number } } = {},
): T[] {
  const { value = (sample: number) => sample, hole } = options
  const { width, height, bands } = picture
  const out = bands.map(() => make(grid.width * grid.height))
  const rounds = !(out[0] instanceof Float32Array)
  const lookup = Float64Array.from({ length: 256 }, (_, sample) => value(sample))
  const weights = new Float64Array(4)
  const places = new Uint32Array(4)
  eachPosition(picture, grid, (index, x, y) => {
    const col = Math.floor(x)
    const row = Math.floor(y)
    const fx = x - col
    const fy = y - row
    const left = ((col % width) + width) % width
    const right = (left + 1) % width
    const top = Math.min(Math.max(row, 0), height - 1) * width
    const bottom = Math.min(Math.max(row + 1, 0), height - 1) * width
    const nearest = (fy < 0.5 ? top : bottom) + (fx < 0.5 ? left : right)
    weights.set([(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy])
    places.set([top + left, top + right, bottom + left, bottom + right])
    for (let band = 0; band < bands.length; band++) {
      const samples = bands[band]
      if (hole && samples[nearest] === hole.sample) {
        out[band][index] = hole.fill
        continue
      }
      let sum = 0
      let weight = 0
      for (let i = 0; i < 4; i++) {
        const sample = samples[places[i]]
        if (hole && sample === hole.sample) continue
        sum += weights[i] * lookup[sample]
        weight += weights[i]
      }
      const mean = sum / weight
      out[band][index] = rounds ? Math.floor(mean + 0.5) : mean
    }
  })
  return out
}
