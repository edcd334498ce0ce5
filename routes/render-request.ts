import { algorithmRequest, parseAlgorithmParams } from '../src/algorithms/parameters.ts'
import type { AlgorithmName } from '../src/algorithms/registry.ts'
import { ParameterError } from '../src/errors.ts'
import type { FormatName } from '../src/encode/registry.ts'
import { tileMatrix, tileMatrixSet } from '../src/grid/tms.ts'
import { parseExpression } from '../src/raster/expression/parse.ts'
import type { Reprojection, Resampling } from '../src/raster/plan.ts'
import { parseColorFormula } from '../src/render/color-formula/parse.ts'
import type { Colormap } from '../src/render/colormap/colormap.ts'
import { parseColormap } from '../src/render/colormap/parse.ts'
import type { SourceKind } from '../src/source-kind.ts'
import { parseAssets, type WantedAsset } from '../src/stac/asset-options.ts'
import type { PictureRequest, TileRequest } from '../src/tile.ts'

/** Of STAC items. Their parameters are added to the routes' own (`assetParameters`). */
export interface AssetsQuery {
  readonly assets?: readonly string[]
  readonly asset_as_band?: boolean
}

/** The render part of a query, after the schema has checked it. */
export interface RenderQuery extends AssetsQuery {
  readonly url: string
  readonly tilesize?: number
  readonly bidx?: readonly number[]
  readonly expression?: string
  readonly unscale?: boolean
  readonly nodata?: string
  readonly resampling?: Resampling
  readonly reproject?: Reprojection
  readonly algorithm?: AlgorithmName
  readonly algorithm_params?: string
  readonly rescale?: readonly string[]
  readonly color_formula?: string
  readonly colormap_name?: string
  readonly colormap?: string
  readonly return_mask?: boolean
  readonly pixel_selection?: string
  readonly buffer?: number
  readonly padding?: number
  readonly on_error?: 'skip' | 'fail'
}

export interface TilePath {
  readonly tileMatrixSetId: string
  readonly z: number
  readonly x: number
  readonly y: number
  readonly scale?: number
  readonly format?: string
}

/** What a picture route was asked for, but for the place. @throws ParameterError */
export function pictureRequest(
  query: RenderQuery,
  { kind, format, onError }: { readonly kind: SourceKind; readonly format?: string; readonly onError: 'skip' | 'fail' },
): PictureRequest {
  return {
    url: query.url,
    kind,
    ...assetsRequest(query, kind),
    bidx: query.bidx,
    expression: query.expression == null ? undefined : parseExpression(query.expression).text,
    unscale: query.unscale === true ? true : undefined,
    nodata: query.nodata == null ? undefined : parseNodata(query.nodata),
    resampling: query.resampling ?? 'nearest',
    reproject: query.reproject ?? 'nearest',
    algorithm: algorithmOf(query),
    rescale: query.rescale?.length ? parseRescale(query.rescale) : undefined,
    colorFormula: query.color_formula == null ? undefined : checkedFormula(query.color_formula),
    colormap: colormapOf(query),
    returnMask: query.return_mask ?? true,
    // The schema has checked that it is a key of the registry.
    format: format as FormatName | undefined,
    // One file has nothing to be selected from.
    pixelSelection: kind !== 'mosaic' ? 'first' : (query.pixel_selection ?? 'first'),
    onError: query.on_error ?? onError,
  }
}

/** A file has no assets; an item is nothing without them. @throws ParameterError */
function assetsRequest({ assets, asset_as_band }: RenderQuery, kind: SourceKind): Pick<PictureRequest, 'assets' | 'assetAsBand'> {
  if (kind === 'cog') return {}
  if (kind === 'mosaic' && !assets?.length) return {}
  return { assets: itemAssets({ assets }), assetAsBand: asset_as_band === true ? true : undefined }
}

/** @throws ParameterError */
export function itemAssets({ assets }: AssetsQuery): readonly WantedAsset[] {
  if (!assets?.length) throw new ParameterError('assets', 'assets: is needed: names of assets of the item, see /stac/assets')
  return parseAssets(assets)
}

/** Parameters without an algorithm count for nothing, but must be what they are called, as in titiler. @throws ParameterError */
function algorithmOf({ algorithm, algorithm_params: params }: RenderQuery): PictureRequest['algorithm'] {
  if (algorithm != null) return algorithmRequest(algorithm, params)
  if (params != null) parseAlgorithmParams(params)
  return undefined
}

/** A name goes before a colormap of the request's own, as in titiler. @throws ParameterError */
function colormapOf({ colormap_name: name, colormap }: RenderQuery): Colormap | undefined {
  if (name != null) return { kind: 'named', name }
  return colormap == null ? undefined : parseColormap(colormap)
}

/** @throws ParameterError */
function checkedFormula(text: string): string {
  parseColorFormula(text)
  return text
}

/** What a tile route was asked for. @throws ParameterError */
export function tileRequest(
  path: TilePath,
  query: RenderQuery,
  defaults: { readonly onError: 'skip' | 'fail'; readonly kind?: SourceKind },
): TileRequest {
  const { tileMatrixSetId: tms, z, x, y, format } = path
  const { kind = 'mosaic', onError } = defaults
  return {
    ...pictureRequest(query, { kind, format, onError }),
    tms,
    z,
    x,
    y,
    size: (query.tilesize ?? tileMatrix(tileMatrixSet(tms), z).tileWidth) * (path.scale ?? 1),
    buffer: query.buffer ?? 0,
    padding: query.padding ?? 0,
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A number, `nan`, `inf` or `-inf`, in any case, as Python reads them. @throws ParameterError */
export function parseNodata(text: string): number {
  const value = text.trim().toLowerCase()
  if (value === 'nan') return Number.NaN
  const [, sign, infinite] = /^([+-]?)(inf|infinity)$/.exec(value) ?? []
  if (infinite) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (!NUMBER.test(value)) throw new ParameterError('nodata', 'nodata must be a number, nan, inf or -inf')
  return Number(value)
}

/** `min,max` a value; one value may hold several pairs, as titiler allows. @throws ParameterError */
export function parseRescale(values: readonly string[]): [min: number, max: number][] {
  return values.flatMap((value) => {
    const numbers = value.replaceAll(/[[\]\s]/g, '').split(',')
    const wrong = numbers.length % 2 !== 0 || numbers.some((part) => !NUMBER.test(part) || !Number.isFinite(Number(part)))
    if (wrong) throw new ParameterError('rescale', 'rescale must be min,max: two numbers with a comma between them')
    const pairs: [number, number][] = []
    for (let at = 0; at < numbers.length; at += 2) pairs.push([Number(numbers[at]), Number(numbers[at + 1])])
    return pairs
  })
}
