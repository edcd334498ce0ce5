import { avif } from './avif.ts'
import type { Encoder } from './encoder.ts'
import { jpeg } from './jpeg.ts'
import { npy } from './npy.ts'
import { png, pngraw } from './png.ts'
import { tif } from './tif.ts'
import { webp } from './webp.ts'

/** Formats by the extension of the address; a new one is a file beside this one and a line here. */
export const encoders = {
  png,
  pngraw,
  jpeg,
  jpg: jpeg,
  webp,
  avif,
  tif,
  tiff: tif,
  npy,
} as const satisfies Record<string, Encoder>

export type FormatName = keyof typeof encoders
