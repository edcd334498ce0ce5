import { assetFiles } from './asset-files.ts'
import type { SourceInfo } from './cog/cog.ts'
import type { Engine } from './engine.ts'
import { ParameterError } from './errors.ts'
import { crsFromUserInput, sameCrs } from './grid/crs.ts'
import { gridBounds, suggestedGrid } from './grid/suggested-grid.ts'
import { newTrace, type Trace } from './net/source.ts'
import { onOneRevision } from './one-revision.ts'
import { checkPixels, wantedSize, type PlaceRequest } from './part.ts'
import { outputSize } from './raster/part-size.ts'
import type { PartRequest } from './raster/plan.ts'
import { paint, readRequest } from './tile.ts'
import type { PictureAnswer, PictureRequest } from './tile.ts'

export interface PreviewRequest extends PictureRequest, Omit<PlaceRequest, 'coordCrs'> {}

/** The whole of one COG, or of the assets of one STAC item, small. In its own CRS it is read as it lies, without a warp. @throws SmaltiError */
export async function preview(engine: Engine, request: PreviewRequest, signal: AbortSignal): Promise<PictureAnswer> {
  const trace = newTrace()
  return onPreviewGrid(engine, request, { signal, trace }, ({ grid, gridOf }) =>
    paint(engine, request, { hrefs: [request.url], revision: '', gridOf }, grid, { signal, trace }),
  )
}

export interface PreviewGrid {
  /** Of the COG, or of the first asset of the item. */
  readonly grid: PartRequest
  /** Every asset of an item is read on its own, as by rio-tiler. */
  readonly gridOf?: (info: SourceInfo) => PartRequest
}

/** Work on the grid of a preview, which comes from the file itself. @throws SmaltiError */
export async function onPreviewGrid<T>(
  engine: Engine,
  request: PreviewRequest,
  options: { readonly signal: AbortSignal; readonly trace: Trace },
  work: (grid: PreviewGrid) => Promise<T>,
): Promise<T> {
  const { files, item } = await assetFiles(engine, request.url, request, options)
  const gridOf = (info: SourceInfo): PartRequest => previewGrid(engine, info, request)
  return onOneRevision(engine.cogs, files[0].href, options, ({ info }) => work({ grid: gridOf(info), gridOf: item && gridOf }))
}

/** @throws ParameterError above the pixels allowed */
function previewGrid(engine: Engine, info: SourceInfo, request: PreviewRequest): PartRequest {
  const crs = request.dstCrs == null ? info.crs : crsFromUserInput(request.dstCrs, 'dst_crs')
  const target = suggestedGrid(info, info.crs, crs)
  if (!target) throw new ParameterError('dst_crs', 'dst_crs: the file has no place in it')
  const size = outputSize(target, wantedSize(request))
  checkPixels(engine, size.width, size.height)
  const window = sameCrs(info.crs, crs) ? { x: 0, y: 0, width: info.width, height: info.height } : undefined
  return { bbox: gridBounds(target), crs, ...size, window, ...readRequest(request) }
}
