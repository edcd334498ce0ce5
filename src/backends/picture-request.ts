import { NoAssetsError } from '../errors.ts'
import { parseAssets } from '../stac/asset-options.ts'
import type { PictureAnswer, PictureRequest } from '../tile.ts'
import { MosaicImage } from './image.ts'
import type { PartOptions, ReadingOptions } from './options.ts'

/** For calls without a signal. */
export const never: AbortSignal = new AbortController().signal

/** The request of the HTTP interface that the options stand for. */
export function pictureRequest(options: ReadingOptions): PictureRequest {
  const { bidx, expression, nodata, unscale, resampling = 'nearest', reproject = 'nearest', algorithm } = options
  const { pixelSelection = 'first', onError = 'skip' } = options
  const assets = options.assets && parseAssets(options.assets)
  const read = { bidx, expression, assets, nodata, unscale, resampling, reproject, algorithm }
  return { url: '', kind: 'mosaic', ...read, pixelSelection, onError, returnMask: true, encode: false }
}

export function placeOf({ width, height, maxSize, coordCrs, dstCrs }: PartOptions): Omit<PartOptions, keyof ReadingOptions> {
  return { width, height, maxSize, coordCrs, dstCrs }
}

/** @throws NoAssetsError where there is nothing */
export function imageOf(answer: PictureAnswer, place: string): MosaicImage {
  if (!answer.raster) throw new NoAssetsError(`the mosaic has no asset at the ${place}`)
  return new MosaicImage(answer.raster, answer)
}
