import { readFileSync } from 'node:fs'
import { samplesOf, type DataType, type Raster, type Samples } from '../../src/raster/raster.ts'

/** An image as reference.py writes it: a list a band; masks are numpy's, 1 is masked. */
export interface ExpectedImage {
  readonly dtype: DataType
  readonly values: readonly (readonly (number | 'NaN')[])[]
  readonly masked: readonly (readonly number[])[]
  /** One mask array for all bands. */
  readonly shared?: boolean
}

export interface Expected<T> {
  readonly width: number
  readonly height: number
  readonly cases: T
}

export function readExpected<T>(url: URL): Expected<T> {
  return JSON.parse(readFileSync(url, 'utf8')) as Expected<T>
}

export function rasterOf(image: ExpectedImage, size: { readonly width: number; readonly height: number }): Raster {
  const masks = image.masked.map((band) => Uint8Array.from(band, (masked) => (masked ? 0 : 255)))
  return {
    ...size,
    dtype: image.dtype,
    bands: image.values.map((band) => bandOf(image.dtype, band)),
    masks: image.shared ? masks.map(() => masks[0]) : masks,
    transform: [1, 0, 0, 0, -1, 0],
    crs: { epsg: 3857, definition: '+proj=merc', geographic: false },
  }
}

export function bandOf(dtype: DataType, values: readonly (number | 'NaN')[]): Samples {
  const band = samplesOf(dtype, values.length)
  values.forEach((value, i) => {
    band[i] = Number(value)
  })
  return band
}

/** A raster whose bands are written out; valid everywhere unless masks say else. */
export function smallRaster(dtype: DataType, bands: readonly (readonly number[])[], more: Partial<Raster> = {}): Raster {
  const width = bands[0].length
  const valid = new Uint8Array(width).fill(255)
  return {
    width,
    height: 1,
    dtype,
    bands: bands.map((band) => bandOf(dtype, band)),
    masks: bands.map(() => valid),
    transform: [1, 0, 0, 0, -1, 0],
    crs: { epsg: 3857, definition: '+proj=merc', geographic: false },
    ...more,
  }
}
