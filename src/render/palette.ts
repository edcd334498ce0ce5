import type { Raster } from '../raster/raster.ts'
import type { SourceKind } from '../source-kind.ts'
import type { Colormap } from './colormap/colormap.ts'
import type { Shading } from './shade.ts'

/** What a request does to the values: whether they still are the indices of the file's palette. */
export interface IndexUse extends Pick<Shading, 'rescale' | 'colorFormula'> {
  /** undefined: a mosaic. */
  readonly kind?: SourceKind
  readonly expression?: string
  readonly unscale?: boolean
  readonly algorithm?: unknown
  readonly pixelSelection?: string
}

/** Selections whose values are values of the assets. */
const CHOOSING = new Set(['first', 'highest', 'lowest'])

/**
 * The file's palette as a colormap, where the values are its indices. One COG is shown through it in every format and after a rescale,
 * as in titiler; a mosaic in pictures, while arrays hold the indices.
 */
export function paletteColormap(
  { palette, bands }: Raster,
  use: IndexUse,
  format: { readonly kind: 'picture' | 'array' },
): Colormap | undefined {
  if (!palette || bands.length !== 1 || use.expression != null || use.unscale || use.algorithm) return undefined
  if (!CHOOSING.has(use.pixelSelection ?? 'first')) return undefined
  const shown = (use.kind ?? 'mosaic') !== 'mosaic' || (format.kind === 'picture' && !use.rescale && use.colorFormula == null)
  return shown ? { kind: 'values', entries: palette.map((color, index) => [index, color] as const) } : undefined
}
