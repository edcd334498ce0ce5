import { composeAssets } from './compose-assets.ts'
import { encodeRaster } from './encode-raster.ts'
import type { FormatName } from './encode/registry.ts'
import type { Engine } from './engine.ts'
import { ParameterError } from './errors.ts'
import { canonical, strongEtag } from './etag.ts'
import type { BBox } from './grid/bbox.ts'
import { tileBounds, tileMatrixSet } from './grid/tms.ts'
import { assetsForTile } from './mosaic/search.ts'
import { addStage, newTrace } from './net/source.ts'
import type { Trace } from './net/source.ts'
import type { PartRequest, Reprojection, Resampling } from './raster/plan.ts'

export type { Engine }

export interface TileRequest {
  readonly url: string
  /** Tile matrix set, by its id. */
  readonly tms: string
  readonly z: number
  readonly x: number
  readonly y: number
  /** Pixels of one side: tilesize times the `@{scale}x` of the path. */
  readonly size: number
  /** 1-based. */
  readonly bidx?: readonly number[]
  readonly nodata?: number
  readonly resampling: Resampling
  readonly reproject: Reprojection
  readonly rescale?: readonly (readonly [min: number, max: number])[]
  readonly returnMask: boolean
  /** A key of the encoders' registry; undefined: PNG where a pixel is masked, else JPEG. */
  readonly format?: FormatName
  readonly pixelSelection: string
  readonly onError: 'skip' | 'fail'
}

export interface TileAnswer {
  /** undefined: no asset at the tile, or nothing valid in it. */
  readonly body?: Uint8Array
  readonly mediaType?: string
  readonly bbox: BBox
  /** EPSG code of the tile matrix set. */
  readonly epsg: number
  /** Assets whose pixels were used, in mosaic order, and those that could not be read. */
  readonly assets: readonly string[]
  readonly skipped: readonly string[]
  /** Strong, quoted. */
  readonly etag: string
  readonly trace: Trace
}

/** THE STORY: address -> mosaic -> assets -> read and warp each -> compose -> render -> encode. @throws SmaltiError */
export async function tile(engine: Engine, request: TileRequest, signal: AbortSignal): Promise<TileAnswer> {
  const trace = newTrace()
  checkSize(request.size, engine.limits.maxPixels)
  const tms = tileMatrixSet(request.tms)
  const bbox = tileBounds(tms, request.z, request.x, request.y)
  const grid: PartRequest = {
    bbox,
    crs: tms.crs,
    width: request.size,
    height: request.size,
    bands: request.bidx?.map((index) => index - 1),
    nodata: request.nodata,
    resampling: request.resampling,
    reproject: request.reproject,
  }

  const searchStart = performance.now()
  const mosaic = await engine.mosaics.open(request.url, { signal, trace })
  const hrefs = await assetsForTile(mosaic, tms, request.z, request.x, request.y, {
    maxAssets: engine.limits.maxAssets,
    signal,
    trace,
  })
  addStage(trace, 'search', searchStart)

  const composed = await composeAssets(engine, hrefs, grid, request, { signal, trace })
  const { raster, used, skipped, revisions } = composed

  const key = canonical(request)
  const etag = strongEtag(key, mosaic.revision, revisions)
  engine.etags.set(key, { etag, mosaicRevision: mosaic.revision })

  const anyValid = raster?.masks.some((mask) => mask.includes(255))
  const picture = raster && anyValid ? await encodeRaster(raster, request, trace) : undefined
  return { ...picture, bbox, epsg: tms.crs.epsg ?? 0, assets: used, skipped, etag, trace }
}

/** The ETag that {@link tile} would answer with, if it is known without opening anything. */
export function knownEtag(engine: Engine, request: TileRequest): string | undefined {
  const record = engine.etags.get(canonical(request))
  return record && engine.mosaics.peek(request.url)?.revision === record.mosaicRevision ? record.etag : undefined
}

function checkSize(size: number, maxPixels: number): void {
  if (size * size > maxPixels)
    throw new ParameterError('tilesize', `a tile of ${size} x ${size} pixels is above the limit of --max-pixels (${maxPixels})`)
}
