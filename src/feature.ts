import type { Engine } from './engine.ts'
import { cut, pixelShapes } from './feature/cut.ts'
import { geometryBounds, type Geometry } from './feature/geometry.ts'
import { crsFromUserInput, WGS84 } from './grid/crs.ts'
import type { Crs } from './grid/crs.ts'
import { newTrace } from './net/source.ts'
import { emptyAnswer, findPart, type BoxRequest, type PlaceRequest } from './part.ts'
import type { Raster } from './raster/raster.ts'
import { paint } from './tile.ts'
import type { PictureAnswer, PictureRequest } from './tile.ts'

export interface FeatureRequest extends PictureRequest, PlaceRequest {
  readonly geometry: Geometry
}

/** A picture of what lies under a geometry: of its box, cut out. @throws SmaltiError */
export async function feature(engine: Engine, request: FeatureRequest, signal: AbortSignal): Promise<PictureAnswer> {
  const trace = newTrace()
  const found = await findPart(engine, boxOf(request), { signal, trace })
  if (!found.grid) return emptyAnswer(request, found, trace)
  const finish = (raster: Raster): Raster => cut(raster, shapesOn(request, raster))
  return paint(engine, request, found, found.grid, { signal, trace, finish })
}

/** The box around a geometry, asked for as the geometry is. */
export function boxOf<T extends FeatureRequest>(request: T): T & BoxRequest {
  return { ...request, bbox: geometryBounds(request.geometry) }
}

/** The geometry in pixels of a raster. */
export function shapesOn(
  request: Pick<FeatureRequest, 'geometry' | 'coordCrs'>,
  { crs, transform }: Pick<Raster, 'crs' | 'transform'>,
) {
  return pixelShapes(request.geometry, coordinates(request.coordCrs), crs, transform)
}

function coordinates(coordCrs: string | undefined): Crs {
  return coordCrs == null ? WGS84 : crsFromUserInput(coordCrs, 'coord_crs')
}
