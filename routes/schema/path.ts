import { Type } from 'typebox'
import { DEFAULT_TMS, TILE_MATRIX_SETS } from '../../src/grid/tms.ts'
import { encoders } from '../../src/encode/registry.ts'

export const FORMATS = Object.keys(encoders)

// No limits here: a tile outside the tile matrix set is a 404 and not a parameter that does not validate.
export const Tile = {
  z: Type.Integer({ description: 'Zoom level of the tile matrix set.', examples: [4] }),
  x: Type.Integer({ description: 'Column, from the west.', examples: [8] }),
  y: Type.Integer({ description: 'Row, from the north.', examples: [5] }),
}

export const Tms = {
  tileMatrixSetId: Type.Unsafe<string>({
    type: 'string',
    enum: TILE_MATRIX_SETS,
    description: 'Tile matrix set, by its id.',
    examples: [DEFAULT_TMS],
  }),
}

export const Scale = {
  scale: Type.Integer({
    minimum: 1,
    maximum: 4,
    description: 'Pixels for each pixel of `tilesize`: 2 for high-density screens.',
    examples: [2],
  }),
}

export const Format = {
  format: Type.Unsafe<string>({
    type: 'string',
    enum: FORMATS,
    description: 'File format. Without it: PNG where a pixel has no data, else JPEG.',
    examples: ['webp'],
  }),
}

export const Point = {
  lon: Type.Number({ description: 'Longitude, or x in the units of `coord_crs`.', examples: [12.5] }),
  lat: Type.Number({ description: 'Latitude, or y in the units of `coord_crs`.', examples: [41.9] }),
}

export const Box = {
  minx: Type.Number({ description: 'West edge, in the units of `coord_crs`.', examples: [10] }),
  miny: Type.Number({ description: 'South edge.', examples: [40] }),
  maxx: Type.Number({
    description: 'East edge; smaller than the west edge where the box crosses the antimeridian.',
    examples: [15],
  }),
  maxy: Type.Number({ description: 'North edge.', examples: [45] }),
}
