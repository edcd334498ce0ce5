import type { Cog } from './cog/cog.ts'
import type { Engine } from './engine.ts'
import { ParameterError } from './errors.ts'
import { crsFromUserInput, sameCrs } from './grid/crs.ts'
import { gridBounds, suggestedGrid } from './grid/suggested-grid.ts'
import { newTrace } from './net/source.ts'
import { onOneRevision } from './one-revision.ts'
import { checkPixels, wantedSize, type PlaceRequest } from './part.ts'
import { outputSize } from './raster/part-size.ts'
import type { PartRequest } from './raster/plan.ts'
import { paint, readRequest } from './tile.ts'
import type { PictureAnswer, PictureRequest } from './tile.ts'

export interface PreviewRequest extends PictureRequest, Omit<PlaceRequest, 'coordCrs'> {}

/** The whole of one COG, small. In its own CRS it is read as it lies, without a warp. @throws SmaltiError */
export async function preview(engine: Engine, request: PreviewRequest, signal: AbortSignal): Promise<PictureAnswer> {
  const trace = newTrace()
  return onOneRevision(engine.cogs, request.url, { signal, trace }, (cog) => {
    const grid = previewGrid(engine, cog, request)
    return paint(engine, request, { hrefs: [request.url], revision: '' }, grid, { signal, trace })
  })
}

/** The grid of a preview. @throws ParameterError above the pixels allowed */
export function previewGrid(engine: Engine, { info }: Cog, request: PreviewRequest): PartRequest {
  const crs = request.dstCrs == null ? info.crs : crsFromUserInput(request.dstCrs, 'dst_crs')
  const target = suggestedGrid(info, info.crs, crs)
  if (!target) throw new ParameterError('dst_crs', 'dst_crs: the file has no place in it')
  const size = outputSize(target, wantedSize(request))
  checkPixels(engine, size.width, size.height)
  const window = sameCrs(info.crs, crs) ? { x: 0, y: 0, width: info.width, height: info.height } : undefined
  return { bbox: gridBounds(target), crs, ...size, window, ...readRequest(request) }
}
