import { OutsideTileMatrixError, ParameterError } from '../errors.ts'
import type { BBox } from './bbox.ts'
import { type Crs, WGS84, crsFromUserInput } from './crs.ts'
import definitions from './tile-matrix-sets.json' with { type: 'json' }
import type { TileMatrix, TileMatrixSetDefinition } from './tms-definition.ts'
import { transformer } from './transformer.ts'

export type { TileMatrix, TileMatrixSetDefinition } from './tms-definition.ts'

export interface TileMatrixSet {
  readonly id: string
  readonly crs: Crs
  readonly definition: TileMatrixSetDefinition
  readonly minzoom: number
  readonly maxzoom: number
  /** Pixels of one side of a tile, as the set defines it. */
  readonly tileSize: number
  /** Every level has twice the columns and rows of the one above, from one tile: quadkeys exist. */
  readonly quadtree: boolean
}

const known = new Map<string, TileMatrixSetDefinition>(Object.entries(definitions))
const sets = new Map<string, TileMatrixSet>()
const ids = [...known.keys()]

export const DEFAULT_TMS = 'WebMercatorQuad'
/** Those of the registry, then those that were registered: a list that grows while the program starts. */
export const TILE_MATRIX_SETS: readonly string[] = ids

/** Adds a set of the operator's own, for the whole process. @throws Error an id that is taken by another definition, or a CRS that we do not know */
export function registerTileMatrixSet(definition: TileMatrixSetDefinition): void {
  const { id } = definition
  const before = known.get(id)
  if (before && JSON.stringify(before) !== JSON.stringify(definition)) throw new Error(`the id ${id} is taken`)
  if (before) return
  crsFromUserInput(definition.crs, `${id}: crs`)
  known.set(id, definition)
  ids.push(id)
}

/** @throws ParameterError an id that we do not know */
export function tileMatrixSet(id: string): TileMatrixSet {
  const found = sets.get(id)
  if (found) return found
  const definition = known.get(id)
  if (!definition) {
    throw new ParameterError(
      'tileMatrixSetId',
      `tileMatrixSetId: unknown tile matrix set; known are ${TILE_MATRIX_SETS.join(', ')}`,
    )
  }
  const zooms = definition.tileMatrices.map((m) => Number(m.id))
  const first = definition.tileMatrices[0]
  const set: TileMatrixSet = {
    id,
    crs: crsFromUserInput(definition.crs, 'tileMatrixSetId'),
    definition,
    minzoom: Math.min(...zooms),
    maxzoom: Math.max(...zooms),
    tileSize: first.tileWidth,
    quadtree: definition.tileMatrices.every(
      (m, i) => m.matrixWidth === 2 ** i && m.matrixHeight === 2 ** i && m.variableMatrixWidths === undefined,
    ),
  }
  sets.set(id, set)
  return set
}

/** @throws OutsideTileMatrixError */
export function tileMatrix(tms: TileMatrixSet, z: number): TileMatrix {
  const matrix = tms.definition.tileMatrices[z - tms.minzoom]
  if (!matrix) throw new OutsideTileMatrixError(`zoom ${z} is outside ${tms.minzoom}..${tms.maxzoom} of ${tms.id}`)
  return matrix
}

/** Position (x, y) of the corner that rows are counted from. */
function origin(tms: TileMatrixSet, matrix: TileMatrix): readonly [number, number] {
  const [a, b] = matrix.pointOfOrigin
  return ['Y', 'LAT', 'N'].includes(tms.definition.orderedAxes[0].toUpperCase()) ? [b, a] : [a, b]
}

function coalesce(matrix: TileMatrix, y: number): number {
  return matrix.variableMatrixWidths?.find((v) => v.minTileRow <= y && y <= v.maxTileRow)?.coalesce ?? 1
}

/** Bounds of a tile in the CRS of the set, by the arithmetic of morecantile. @throws OutsideTileMatrixError */
export function tileBounds(tms: TileMatrixSet, z: number, x: number, y: number): BBox {
  const matrix = checkTile(tms, z, x, y)
  const [originX, originY] = origin(tms, matrix)
  const c = coalesce(matrix, y)
  const column = Math.floor(x / c)
  const left = originX + column * matrix.cellSize * c * matrix.tileWidth
  const right = originX + (column + 1) * matrix.cellSize * c * matrix.tileWidth
  const near = y * matrix.cellSize * matrix.tileHeight
  const far = (y + 1) * matrix.cellSize * matrix.tileHeight
  return matrix.cornerOfOrigin === 'bottomLeft'
    ? [left, originY + near, right, originY + far]
    : [left, originY - far, right, originY - near]
}

/** The matrix of a tile that exists. @throws OutsideTileMatrixError */
export function checkTile(tms: TileMatrixSet, z: number, x: number, y: number): TileMatrix {
  const matrix = tileMatrix(tms, z)
  if (!(x >= 0 && x < matrix.matrixWidth && y >= 0 && y < matrix.matrixHeight)) {
    throw new OutsideTileMatrixError(
      `tile ${z}/${x}/${y} is outside the ${matrix.matrixWidth} x ${matrix.matrixHeight} tiles of ${tms.id}`,
    )
  }
  return matrix
}

function clamp(v: number, n: number): number {
  return Number.isFinite(v) ? Math.max(0, Math.min(n - 1, Math.floor(v))) : 0
}

/** The tile that holds a position in the set's CRS; positions outside go to the nearest tile. */
export function tileAtXY(tms: TileMatrixSet, px: number, py: number, z: number): { x: number; y: number } {
  const matrix = tileMatrix(tms, z)
  const [originX, originY] = origin(tms, matrix)
  const down = matrix.cornerOfOrigin === 'bottomLeft' ? py - originY : originY - py
  const y = clamp(down / (matrix.cellSize * matrix.tileHeight), matrix.matrixHeight)
  const x = clamp((px - originX) / (matrix.cellSize * matrix.tileWidth), matrix.matrixWidth)
  // Of tiles that are one, the first names them all.
  return { x: x - (x % coalesce(matrix, y)), y }
}

/** The tile that holds a longitude and latitude (degrees, WGS84); latitudes beyond the set go to its edge. */
export function tileAt(tms: TileMatrixSet, lon: number, lat: number, z: number): { x: number; y: number } {
  // The poles have no place in Mercator: the nearest latitude that has one.
  const inside = Math.max(-89.999999, Math.min(89.999999, lat))
  const [x, y] = transformer(WGS84, tms.crs).forward(lon, inside)
  return tileAtXY(tms, x, y, z)
}
