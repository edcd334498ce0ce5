import type { Raster } from '../raster/raster.ts'
import { applyColorFormula } from './color-formula/apply.ts'
import { parseColorFormula } from './color-formula/parse.ts'
import { applyColormap } from './colormap/apply.ts'
import type { Colormap } from './colormap/colormap.ts'
import { rescale, type ValueRange } from './rescale.ts'

/** What is done to composed values before they are a picture or an array. */
export interface Shading {
  /** One range for all bands, or one a band. */
  readonly rescale?: readonly ValueRange[]
  /** rio-color's, for values of integers. */
  readonly colorFormula?: string
  /** For one band. */
  readonly colormap?: Colormap
}

/** Rescale, then colour formula, then colormap: titiler's order. @throws ParameterError 400, what the values are not fit for */
export function shade(raster: Raster, { rescale: ranges, colorFormula, colormap }: Shading): Raster {
  const stretched = ranges ? rescale(raster, ranges) : raster
  const toned = colorFormula == null ? stretched : applyColorFormula(stretched, parseColorFormula(colorFormula))
  return colormap ? applyColormap(toned, colormap) : toned
}
