import { applyAlgorithm, type AlgorithmRequest } from './algorithms/registry.ts'
import type { BandsRequest, GridOf } from './asset-files.ts'
import { composeAssets } from './compose-assets.ts'
import type { FormatName } from './encode/registry.ts'
import type { Engine } from './engine.ts'
import { ParameterError } from './errors.ts'
import { canonical, strongEtag } from './etag.ts'
import type { BBox } from './grid/bbox.ts'
import type { Crs } from './grid/crs.ts'
import { tileBounds, tileMatrixSet } from './grid/tms.ts'
import { assetsAroundTile, assetsForTile } from './mosaic/search.ts'
import { addStage, newTrace } from './net/source.ts'
import type { Trace } from './net/source.ts'
import { paintAssets, paintFinished } from './paint-assets.ts'
import { rasterBounds } from './raster/bounds.ts'
import { paintedFromLayer } from './overview/usable-layer.ts'
import { parseExpression } from './raster/expression/parse.ts'
import { grown } from './raster/grown.ts'
import type { PartRequest, Reprojection, Resampling } from './raster/plan.ts'
import type { Raster } from './raster/raster.ts'
import type { Colormap } from './render/colormap/colormap.ts'
import type { MosaicStore } from './stores/store.ts'

export type { Engine }

/** What is asked of a picture, whatever its place. */
export interface PictureRequest extends BandsRequest {
  readonly url: string
  readonly unscale?: boolean
  readonly nodata?: number
  readonly resampling: Resampling
  readonly reproject: Reprojection
  readonly algorithm?: AlgorithmRequest
  readonly rescale?: readonly (readonly [min: number, max: number])[]
  /** rio-color's operations. */
  readonly colorFormula?: string
  readonly colormap?: Colormap
  readonly returnMask: boolean
  /** A key of the encoders' registry; undefined: PNG where a pixel is masked, else JPEG. */
  readonly format?: FormatName
  /** false: the composed values are the answer, and are neither rendered nor encoded. */
  readonly encode?: false
  readonly pixelSelection: string
  readonly onError: 'skip' | 'fail'
}

export interface TileRequest extends PictureRequest {
  /** Tile matrix set, by its id. */
  readonly tms: string
  readonly z: number
  readonly x: number
  readonly y: number
  /** Pixels of one side: tilesize times the `@{scale}x` of the path. The buffer is not in it. */
  readonly size: number
  /** Pixels more on each side of the picture: a multiple of 0.5. */
  readonly buffer: number
  /** Pixels around the picture that take part in the resampling: a whole number. */
  readonly padding: number
}

export interface PictureAnswer {
  /** undefined: no asset at the tile, or nothing valid in it. */
  readonly body?: Uint8Array
  readonly mediaType?: string
  /** Instead of the body, where it was asked for; undefined where no asset touches the place. */
  readonly raster?: Raster
  readonly bbox: BBox
  /** Of the picture. */
  readonly crs: Crs
  /** Assets whose pixels were used, in mosaic order, and those that could not be read. */
  readonly assets: readonly string[]
  readonly skipped: readonly string[]
  /** Strong, quoted. */
  readonly etag: string
  readonly trace: Trace
}

export type TileAnswer = PictureAnswer

/** THE STORY: address -> mosaic -> assets -> read and warp each -> compose -> render -> encode. @throws SmaltiError */
export async function tile(engine: Engine, request: TileRequest, signal: AbortSignal): Promise<TileAnswer> {
  const trace = newTrace()
  checkSize(tilePixels(request), engine.limits.maxPixels)
  const { z, x, y, size, buffer, padding } = request
  const tms = tileMatrixSet(request.tms)
  const place = { bbox: tileBounds(tms, z, x, y), width: size, height: size }
  const grid: PartRequest = { ...grown(place, buffer), crs: tms.crs, padding, ...readRequest(request) }

  const searchStart = performance.now()
  const source = await openSource(engine, request, { signal, trace })
  const { revision } = source
  const spread = source.mosaic && tms.id === source.mosaic.info.tileMatrixSet && z < source.mosaic.info.quadkeyZoom
  const paintOf = (hrefs: readonly string[]) => paint(engine, request, { hrefs, revision, spread }, grid, { signal, trace })
  const overview = await paintedFromLayer(engine, source.mosaic, request, grid, {
    signal,
    trace,
    paint: (href) => paintOf([href]),
  })
  if (overview) return overview
  const search = { maxAssets: engine.limits.maxAssets, signal, trace }
  const hrefs = !source.mosaic
    ? [request.url]
    : buffer + padding > 0
      ? await assetsAroundTile(source.mosaic, tms, { z, x, y, bbox: grown(place, buffer + padding).bbox }, search)
      : await assetsForTile(source.mosaic, tms, z, x, y, search)
  addStage(trace, 'search', searchStart)

  return paintOf(hrefs)
}

/** What lies at a request's address. A COG or an item is its own only asset, and its revision is the asset's. */
export async function openSource(
  engine: Engine,
  request: Pick<PictureRequest, 'url' | 'kind'>,
  options: { readonly signal: AbortSignal; readonly trace: Trace },
): Promise<{ readonly mosaic?: MosaicStore; readonly revision: string }> {
  if (request.kind !== 'mosaic') return { revision: '' }
  const mosaic = await engine.mosaics.open(request.url, options)
  return { mosaic, revision: mosaic.revision }
}

/** The part of a request that says how files are read. */
export function readRequest(request: PictureRequest): Omit<PartRequest, 'bbox' | 'crs' | 'width' | 'height'> {
  const { nodata, unscale, resampling, reproject } = request
  const expression = request.expression == null ? undefined : parseExpression(request.expression)
  const bands = expression?.bands ?? request.bidx?.map((index) => index - 1)
  return { bands, expression, nodata, unscale, resampling, reproject }
}

/** What a picture is made of. */
export interface PaintSource {
  readonly hrefs: readonly string[]
  /** Of the mosaic. */
  readonly revision: string
  /** Where every asset has a grid of its own. */
  readonly gridOf?: GridOf
  /** The picture lies over several of the mosaic's tiles: its assets lie beside each other. */
  readonly spread?: boolean
}

/**
 * The second half of the story, for every picture: read and warp each asset -> compose -> render -> encode. `finish` is what becomes of
 * the composed values before that. @throws SmaltiError
 */
export async function paint(
  engine: Engine,
  request: PictureRequest,
  source: PaintSource,
  grid: PartRequest,
  {
    signal,
    trace,
    finish,
  }: { readonly signal: AbortSignal; readonly trace: Trace; readonly finish?: (raster: Raster) => Raster },
): Promise<PictureAnswer> {
  const { hrefs, revision, gridOf = grid } = source
  const work = { signal, trace, spread: source.spread }
  const key = canonical(request)
  if (request.encode === false) {
    const { raster: composed, used, skipped, revisions } = await composeAssets(engine, hrefs, gridOf, request, work)
    const values = composed && finish ? finish(composed) : composed
    const raster = values && applyAlgorithm(values, request.algorithm)
    const bbox = raster && raster !== values ? rasterBounds(raster) : grid.bbox
    const etag = strongEtag(key, revision, revisions)
    return { raster, bbox, crs: grid.crs, assets: used, skipped, etag, trace }
  }
  const { painted, used, skipped, revisions } = finish
    ? await paintFinished(engine, hrefs, gridOf, { ...request, finish }, work)
    : await paintAssets(engine, hrefs, gridOf, request, work)
  const etag = strongEtag(key, revision, revisions)
  const { picture, bbox = grid.bbox } = painted ?? {}
  const answer = { ...picture, bbox, crs: grid.crs, assets: used, skipped, etag, trace }
  // What could not be read may be there the next time.
  engine.answers.remember(key, { etag, sourceRevision: revision, assets: revisions }, skipped.length > 0 ? undefined : answer)
  return answer
}

/** Pixels of one side of the picture of a tile, its buffer included. */
export function tilePixels({ size, buffer }: Pick<TileRequest, 'size' | 'buffer'>): number {
  return size + Math.trunc(buffer * 2)
}

function checkSize(size: number, maxPixels: number): void {
  if (size * size > maxPixels)
    throw new ParameterError('tilesize', `a tile of ${size} x ${size} pixels is above the limit of --max-pixels (${maxPixels})`)
}
