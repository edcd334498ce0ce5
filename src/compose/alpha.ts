import type { DataType } from '../raster/raster.ts'

/** Sample of an alpha band that stands for opaque. Types that are not named take uint8's, as in GDAL. */
export function opaqueAlpha(dtype: DataType): number {
  if (dtype === 'uint16') return 65535
  if (dtype === 'int16') return 32767
  return 255
}
