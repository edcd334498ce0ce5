import { assetFiles, liesOutside } from './asset-files.ts'
import { isSkippable } from './compose-assets.ts'
import type { SourceInfo } from './cog/cog.ts'
import type { Engine } from './engine.ts'
import { ParameterError } from './errors.ts'
import { canonical, strongEtag } from './etag.ts'
import { type BBox } from './grid/bbox.ts'
import { crsFromUserInput, sameCrs, WGS84 } from './grid/crs.ts'
import type { Crs } from './grid/crs.ts'
import { transformBounds } from './grid/transformer.ts'
import { assetsForBbox } from './mosaic/search.ts'
import { addStage, newTrace } from './net/source.ts'
import type { Trace } from './net/source.ts'
import { paintedFromLayer } from './overview/usable-layer.ts'
import { partSize, type WantedSize } from './raster/part-size.ts'
import { overlaps, type PartRequest } from './raster/plan.ts'
import { openSource, paint, readRequest } from './tile.ts'
import type { PictureAnswer, PictureRequest } from './tile.ts'

/** How requests for a box say where, in what coordinates, and how large. */
export interface PlaceRequest extends WantedSize {
  /** CRS of the coordinates that came with the request; undefined: degrees on WGS84. */
  readonly coordCrs?: string
  /** CRS of the picture; undefined: the coordinates'. */
  readonly dstCrs?: string
}

export interface BoxRequest extends PictureRequest, PlaceRequest {
  readonly bbox: BBox
}

/** A picture of a box. @throws SmaltiError */
export async function part(engine: Engine, request: BoxRequest, signal: AbortSignal): Promise<PictureAnswer> {
  const trace = newTrace()
  const overview = await partOfOverview(engine, request, { signal, trace })
  if (overview) return overview
  const found = await findPart(engine, request, { signal, trace })
  return found.grid ? paint(engine, request, found, found.grid, { signal, trace }) : emptyAnswer(request, found, trace)
}

/** A picture whose size is said in full can be made of a mosaic's overview, and then no asset is looked for. */
async function partOfOverview(engine: Engine, request: BoxRequest, work: Work): Promise<PictureAnswer | undefined> {
  const { width, height } = request
  if (!width || !height || request.kind !== 'mosaic') return undefined
  const { crs, bbox } = placeOf(request)
  checkPixels(engine, width, height)
  const { mosaic, revision } = await openSource(engine, request, work)
  const grid = { bbox, crs, width, height, ...readRequest(request) }
  return paintedFromLayer(engine, mosaic, request, grid, {
    ...work,
    paint: (href) => paint(engine, request, { hrefs: [href], revision }, grid, work),
  })
}

/** The box in the CRS of its picture. @throws ParameterError */
function placeOf(request: BoxRequest): { readonly coordCrs: Crs; readonly crs: Crs; readonly bbox: BBox } {
  const coordCrs = request.coordCrs == null ? WGS84 : crsFromUserInput(request.coordCrs, 'coord_crs')
  const crs = request.dstCrs == null ? coordCrs : crsFromUserInput(request.dstCrs, 'dst_crs')
  return { coordCrs, crs, bbox: boxIn(request.bbox, coordCrs, crs) }
}

export interface FoundPart {
  readonly hrefs: readonly string[]
  readonly revision: string
  readonly bbox: BBox
  readonly crs: Crs
  /** Of the picture. undefined: no asset touches the box. */
  readonly grid?: PartRequest
  /** Where the size is open, every asset is read at its own, as by rio-tiler, and then brought to the picture's. */
  readonly gridOf?: (info: SourceInfo) => PartRequest
}

interface Work {
  readonly signal: AbortSignal
  readonly trace: Trace
}

/** The assets of a box, and the grid of its picture. Where the size is open, the first asset that touches the box decides it. @throws SmaltiError */
export async function findPart(
  engine: Engine,
  request: BoxRequest & { readonly align?: boolean },
  { signal, trace }: Work,
): Promise<FoundPart> {
  const { coordCrs, crs, bbox } = placeOf(request)
  const { width, height, align } = request
  if (width && height) checkPixels(engine, width, height)

  const searchStart = performance.now()
  const source = await openSource(engine, request, { signal, trace })
  const hrefs = source.mosaic
    ? await assetsForBbox(source.mosaic, transformBounds(coordCrs, WGS84, request.bbox), {
        maxAssets: engine.limits.maxAssets,
        signal,
        trace,
      })
    : [request.url]
  addStage(trace, 'search', searchStart)

  const place = { hrefs, revision: source.revision, bbox, crs }
  const read = readRequest(request)
  if (width && height && !align) return { ...place, grid: { bbox, crs, width, height, ...read } }
  const info = await firstTouching(engine, place, request, { signal, trace })
  if (!info) return place
  const gridAt = (asset: SourceInfo): PartRequest => {
    return { ...partSize(asset, { ...wantedSize(request), bbox, crs, align }), crs, ...read }
  }
  const grid = gridAt(info)
  checkPixels(engine, grid.width, grid.height)
  // A file that is much finer than the first one is read at the picture's size at once.
  const gridOf = (asset: SourceInfo): PartRequest => {
    const own = gridAt(asset)
    return own.width * own.height > engine.limits.maxPixels ? grid : own
  }
  return { ...place, bbox: grid.bbox, grid, gridOf: request.kind === 'cog' ? undefined : gridOf }
}

/** What is answered where no asset touches the place. */
export function emptyAnswer(request: PictureRequest, found: FoundPart, trace: Trace): PictureAnswer {
  const etag = strongEtag(canonical(request), found.revision, [])
  return { bbox: found.bbox, crs: found.crs, assets: [], skipped: [], etag, trace }
}

/** @throws ParameterError above the operator's limit */
export function checkPixels(engine: Engine, width: number, height: number): void {
  const { maxPixels } = engine.limits
  if (width * height > maxPixels) {
    throw new ParameterError(
      'max_size',
      `a picture of ${width} x ${height} pixels is above the limit of --max-pixels (${maxPixels}): ask for less with max_size, or width and height`,
    )
  }
}

export function wantedSize({ width, height, maxSize }: WantedSize): WantedSize {
  return width || height ? { width, height } : { maxSize }
}

function boxIn(bbox: BBox, from: Crs, to: Crs): BBox {
  const [minX, minY, maxX, maxY] = bbox
  if (!bbox.every(Number.isFinite)) throw new ParameterError('bbox', 'bbox: must be four finite numbers')
  if (!(minX < maxX) || !(minY < maxY)) {
    throw new ParameterError(
      'bbox',
      'bbox: must be west, south, east, north, the west less than the east and the south less than the north',
    )
  }
  const box = sameCrs(from, to) ? bbox : transformBounds(from, to, bbox)
  if (!box.every(Number.isFinite)) throw new ParameterError('dst_crs', 'dst_crs: the box has no place in it')
  return box
}

/** What is known of the first asset that touches a box. Assets that cannot be read are passed over; if all are so, the first failure is thrown. */
async function firstTouching(
  engine: Engine,
  { hrefs, bbox, crs }: Pick<FoundPart, 'hrefs' | 'bbox' | 'crs'>,
  request: PictureRequest,
  work: Work,
): Promise<SourceInfo | undefined> {
  let failure: unknown
  for (const href of hrefs) {
    try {
      const { files } = await assetFiles(engine, href, request, work)
      if (files.some((file) => liesOutside(file, { bbox, crs }))) continue
      const { info } = await engine.cogs.open(files[0].href, work)
      if (overlaps(info, { bbox, crs })) return info
    } catch (error) {
      if (request.onError === 'fail' || !isSkippable(error)) throw error
      failure ??= error
    }
  }
  if (failure) throw failure
  return undefined
}
