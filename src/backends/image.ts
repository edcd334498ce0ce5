import { encodeRaster, type RenderOptions } from '../encode-raster.ts'
import type { BBox } from '../grid/bbox.ts'
import { newTrace } from '../net/source.ts'
import type { DataType, Raster, Samples } from '../raster/raster.ts'
import type { PictureAnswer } from '../tile.ts'

/** Composed values of a place, as typed arrays. */
export class MosaicImage {
  readonly width: number
  readonly height: number
  readonly dtype: DataType
  /** Row-major, length width * height, one a band. */
  readonly bands: readonly Samples[]
  /** One a band: 255 valid, 0 nodata. Masks may be one shared array. */
  readonly masks: readonly Uint8Array[]
  readonly bbox: BBox
  /** EPSG code; undefined: the CRS has none. */
  readonly epsg: number | undefined
  /** Assets whose pixels were used, in mosaic order. */
  readonly assets: readonly string[]
  /** Assets that could not be read. */
  readonly skipped: readonly string[]
  readonly #raster: Raster

  constructor(raster: Raster, { bbox, crs, assets, skipped }: PictureAnswer) {
    this.#raster = raster
    this.width = raster.width
    this.height = raster.height
    this.dtype = raster.dtype
    this.bands = raster.bands
    this.masks = raster.masks
    this.bbox = bbox
    this.epsg = crs.epsg
    this.assets = assets
    this.skipped = skipped
  }

  /** 255 where any band is valid, as in pictures. */
  get mask(): Uint8Array {
    const mask = new Uint8Array(this.width * this.height)
    for (const band of new Set(this.masks)) for (let i = 0; i < mask.length; i++) mask[i] |= band[i]
    return mask
  }

  /** A picture or an array format. @param options.format default PNG where a pixel is masked, else JPEG. @throws ParameterError */
  async encode({ returnMask = true, ...options }: Partial<RenderOptions> = {}): Promise<Uint8Array> {
    const { body } = await encodeRaster(this.#raster, { ...options, returnMask }, newTrace())
    return body
  }
}
