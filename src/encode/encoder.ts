import type { Picture } from '../render/picture.ts'
import type { IndexedPicture } from './indexed-picture.ts'
import type { Raster } from '../raster/raster.ts'

/** A picture format: takes rendered samples of one of `depths`; without `alpha` the alpha channel is dropped before. */
export interface PictureEncoder {
  readonly kind: 'picture'
  readonly mediaType: string
  readonly depths: readonly (8 | 16)[]
  readonly alpha: boolean
  encode(picture: Picture): Promise<Uint8Array>
  /** Where the format has palettes. */
  encodeIndexed?(picture: IndexedPicture): Uint8Array
}

/** An array format: takes the values themselves, with the mask as a last band where `mask` is true. */
export interface ArrayEncoder {
  readonly kind: 'array'
  readonly mediaType: string
  encode(raster: Raster, options: { mask: boolean }): Promise<Uint8Array>
}

export type Encoder = PictureEncoder | ArrayEncoder
