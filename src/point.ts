import { type AssetFile, assetFiles, bandLabels, bandsOf, checkOneBand } from './asset-files.ts'
import { type AssetPart, readAsset, type Visit } from './asset.ts'
import { isSkippable } from './compose-assets.ts'
import type { Cog } from './cog/cog.ts'
import type { Engine } from './engine.ts'
import { NotFoundError, ParameterError } from './errors.ts'
import { canonical, strongEtag } from './etag.ts'
import { apply, invert } from './grid/affine.ts'
import { crsFromUserInput, WGS84 } from './grid/crs.ts'
import type { Crs } from './grid/crs.ts'
import { gridBounds, ordered } from './grid/suggested-grid.ts'
import { transformer } from './grid/transformer.ts'
import { assetsForPoint } from './mosaic/search.ts'
import { newTrace } from './net/source.ts'
import type { Trace } from './net/source.ts'
import { parseExpression } from './raster/expression/parse.ts'
import { rasterOf } from './raster/part-raster.ts'
import type { Raster } from './raster/raster.ts'
import { warpPart } from './raster/warp.ts'
import { readAhead } from './read-ahead.ts'
import { sharedTexts } from './shared-texts.ts'
import { joinRasters } from './stac/joined.ts'
import { openSource, readRequest } from './tile.ts'
import type { PictureRequest } from './tile.ts'

export interface PointRequest extends PictureRequest {
  readonly lon: number
  readonly lat: number
  /** CRS of lon, lat; undefined: degrees on WGS84. */
  readonly coordCrs?: string
}

/** The values of one asset at a point, one a band; null: no data. */
export interface PointValues {
  readonly name: string
  readonly values: readonly (number | null)[]
  readonly bandNames: readonly string[]
  readonly bandDescriptions: readonly string[]
}

export interface PointAnswer {
  /** In mosaic order; those in which the point does not lie are left out. undefined: the mosaic has no asset there. */
  readonly assets?: readonly PointValues[]
  readonly skipped: readonly string[]
  /** Strong, quoted; undefined: nothing was looked at. */
  readonly etag?: string
  readonly trace: Trace
}

/** What an answer takes in memory, about. */
export function bytesOfPoint({ assets = [] }: PointAnswer): number {
  return assets.reduce((sum, { name, values }) => sum + name.length + 24 * values.length + 250, 512)
}

/** The value of every asset at a point: the sample of the full image that it lies in. @throws SmaltiError */
export async function point(engine: Engine, request: PointRequest, signal: AbortSignal): Promise<PointAnswer> {
  const trace = newTrace()
  const crs = request.coordCrs == null ? WGS84 : crsFromUserInput(request.coordCrs, 'coord_crs')
  const { lon, lat } = request
  const source = await openSource(engine, request, { signal, trace })
  if (!source.mosaic) {
    const { values, revision } = await valuesOf(engine, request.url, request, crs, { signal, trace })
    if (!values)
      throw new NotFoundError(`the point ${lon}, ${lat} lies outside of the ${request.kind === 'stac' ? 'item' : 'file'}`)
    return remembered(engine, request, '', { assets: [values], skipped: [], revisions: [[request.url, revision]], trace })
  }
  const [x, y] = transformer(crs, WGS84).forward(lon, lat)
  if (!Number.isFinite(x) || !Number.isFinite(y)) throw new ParameterError('lon', 'lon, lat: has no place on the globe')
  const hrefs = await assetsForPoint(source.mosaic, x, y, { maxAssets: engine.limits.maxAssets, signal, trace })
  if (hrefs.length === 0) return { skipped: [], trace }
  const found = await valuesOfAll(engine, hrefs, request, crs, { signal, trace })
  return remembered(engine, request, source.revision, { ...found, trace })
}

type Revisions = readonly (readonly [href: string, revision: string])[]

/** With its ETag, and kept for those who ask for the same again. */
function remembered(
  { points }: Engine,
  request: PointRequest,
  sourceRevision: string,
  { revisions, ...found }: PointAnswer & { readonly revisions: Revisions },
): PointAnswer {
  const key = canonical(request)
  const etag = strongEtag(key, sourceRevision, revisions)
  const answer = { ...found, etag }
  // What could not be read may be there the next time.
  points.remember(key, { etag, sourceRevision, assets: revisions }, found.skipped.length > 0 ? undefined : answer)
  return answer
}

interface Work {
  readonly signal: AbortSignal
  readonly trace: Trace
}

async function valuesOfAll(engine: Engine, hrefs: readonly string[], request: PointRequest, crs: Crs, { signal, trace }: Work) {
  const assets: PointValues[] = []
  const skipped: string[] = []
  const revisions: [string, string][] = []
  let failure: unknown
  const parts = readAhead(hrefs, engine.limits.readAhead, signal, (href, stop) =>
    valuesOf(engine, href, request, crs, { signal: stop, trace }),
  )
  for await (const { item: href, result, error } of parts) {
    revisions.push([href, result?.revision ?? 'skipped'])
    if (result?.values) assets.push(result.values)
    if (!error) continue
    if (request.onError === 'fail' || !isSkippable(error)) throw error
    failure ??= error
    skipped.push(href)
  }
  if (failure && assets.length === 0) throw failure
  return { assets, skipped, revisions }
}

/** No values: the point lies outside of a file, or on its edge. */
async function valuesOf(
  engine: Engine,
  href: string,
  request: PointRequest,
  crs: Crs,
  work: Work,
): Promise<{ readonly values?: PointValues; readonly revision: string }> {
  const { files, item } = await assetFiles(engine, href, request, work)
  const pixels: Raster[] = []
  const revisions = item ? [item.revision] : []
  for await (const { result, error } of readAhead(files, engine.limits.readAheadAll, work.signal, (file, signal) =>
    pixelOf(engine, file, request, crs, { ...work, signal }),
  )) {
    if (!result) throw error
    revisions.push(result.revision)
    if (!result.raster) return { revision: revisions.join(' ') }
    pixels.push(result.raster)
  }
  const expression = item && request.expression != null ? parseExpression(request.expression) : undefined
  const pixel = item ? joinRasters(pixels, expression) : pixels[0]
  const { names, descriptions } = await bandLabels(engine, href, request, work)
  const values = pixel.bands.map((band, i) => (pixel.masks[i][0] === 0 || !Number.isFinite(band[0]) ? null : band[0]))
  const labels = { bandNames: sharedTexts(names), bandDescriptions: sharedTexts(descriptions) }
  return { values: { name: href, values, ...labels }, revision: revisions.join(' ') }
}

/** The one pixel of a file that a point lies in. */
async function pixelOf(engine: Engine, file: AssetFile, request: PointRequest, crs: Crs, work: Work): Promise<AssetPart> {
  const cog = await engine.cogs.open(file.href, work)
  const pixel = pixelAt(cog, request, crs)
  if (!pixel) return { revision: cog.revision }
  const [column, row] = pixel
  const grid = {
    bbox: gridBounds(cog.info),
    crs: cog.info.crs,
    window: { x: column, y: row, width: 1, height: 1 },
    width: 1,
    height: 1,
    ...readRequest(request),
    ...bandsOf(file),
  }
  const part = await readAsset(engine, file.href, grid, { ...work, stated: file.bands, visit: atOnce })
  checkOneBand(request, file, part.raster)
  return part
}

/** To send one pixel to a thread and back would take ten times as long. A copy: the blocks are lent. */
const atOnce: Visit = ({ plan, windows, frame }) => {
  const { bands, masks, alpha, ...part } = warpPart(plan, windows)
  const own = { bands: bands.map((band) => band.slice()), masks: masks.map((mask) => mask.slice()), alpha: alpha?.slice() }
  return Promise.resolve({ raster: rasterOf({ ...part, ...own }, frame) })
}

/** A place this near (pixels) to a border between two pixels is on it, and on the border it is in the pixel to the right or below. */
const ON_BORDER = 1e-7

function pixelAt({ info }: Cog, { lon, lat }: PointRequest, crs: Crs): readonly [column: number, row: number] | undefined {
  const [x, y] = transformer(crs, info.crs).forward(lon, lat)
  const [minX, minY, maxX, maxY] = ordered(gridBounds(info))
  if (!(minX < x && x < maxX && minY < y && y < maxY)) return undefined
  const [column, row] = apply(invert(info.transform), x, y).map((place) => Math.floor(place + ON_BORDER))
  const inside = column >= 0 && row >= 0 && column < info.width && row < info.height
  return inside ? [column, row] : undefined
}
