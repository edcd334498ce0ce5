import { Type } from 'typebox'
import { CreateBody, JobAnswer } from './create-body.ts'
import { BBox, Position } from './positions.ts'
import { Tileset, TilesetList } from './tileset-answers.ts'
import {
  AssetStatistics,
  CogInfo,
  CogInfoGeoJson,
  CogPoint,
  FeatureStatistics,
  MosaicPoint,
  StacAssets,
  StacInfo,
  StacInfoGeoJson,
  Statistics,
} from './value-answers.ts'

export const ErrorAnswer = Type.Object(
  {
    detail: Type.Union(
      [
        Type.String(),
        Type.Array(
          Type.Object({ loc: Type.Array(Type.Union([Type.String(), Type.Integer()])), msg: Type.String(), type: Type.String() }),
        ),
      ],
      { description: 'What went wrong; for parameters a list of what is wrong with which one.' },
    ),
    code: Type.String({ description: 'Stable name of the error, for programs.', examples: ['NOT_FOUND'] }),
  },
  { description: 'An error.' },
)

export const TileJson = Type.Object({
  tilejson: Type.Literal('3.0.0'),
  name: Type.String(),
  description: Type.Optional(Type.String()),
  version: Type.String(),
  attribution: Type.Optional(Type.String()),
  scheme: Type.Literal('xyz'),
  tiles: Type.Array(Type.String(), { minItems: 1 }),
  minzoom: Type.Integer(),
  maxzoom: Type.Integer(),
  bounds: BBox,
  center: Type.Array(Type.Number(), { minItems: 3, maxItems: 3 }),
})

const infoMembers = {
  bounds: BBox,
  center: Type.Array(Type.Number(), { minItems: 3, maxItems: 3 }),
  crs: Type.String({ examples: ['http://www.opengis.net/def/crs/EPSG/0/4326'] }),
  name: Type.String(),
  description: Type.Optional(Type.String()),
  attribution: Type.Optional(Type.String()),
  quadkeys: Type.Array(Type.String(), { description: 'Always empty, as in titiler.' }),
  tilematrixset: Type.String({ description: 'Tile matrix set of the quadkeys, by its id.', examples: ['WebMercatorQuad'] }),
  mosaic_tilematrixset: Type.String({ description: 'The same as titiler prints it.' }),
  mosaic_minzoom: Type.Integer(),
  mosaic_maxzoom: Type.Integer(),
  quadkey_zoom: Type.Integer(),
  mosaicjson: Type.String({ examples: ['0.0.3'] }),
  version: Type.String({ description: "The document's own version." }),
}

export const Info = Type.Object(infoMembers)

export const InfoGeoJson = Type.Object({
  type: Type.Literal('Feature'),
  bbox: BBox,
  geometry: Type.Union([
    Type.Object({ type: Type.Literal('Polygon'), coordinates: Type.Array(Type.Array(Position)) }),
    Type.Object(
      { type: Type.Literal('MultiPolygon'), coordinates: Type.Array(Type.Array(Type.Array(Position))) },
      { description: 'Across the antimeridian.' },
    ),
  ]),
  properties: Info,
})

export const MosaicDocument = Type.Object(
  {
    mosaicjson: Type.String(),
    minzoom: Type.Integer(),
    maxzoom: Type.Integer(),
    bounds: BBox,
    tiles: Type.Record(Type.String(), Type.Array(Type.String())),
  },
  {
    additionalProperties: true,
    description: 'A MosaicJSON document, with whatever members it has.',
    examples: [
      {
        mosaicjson: '0.0.3',
        minzoom: 0,
        maxzoom: 4,
        bounds: [-180, -85, 180, 85],
        tiles: { '0': ['west.tif'], '1': ['east.tif'] },
      },
    ],
  },
)

export const FeaturesUpdate = Type.Object(
  {
    features: Type.Array(
      Type.Object(
        {
          type: Type.Literal('Feature'),
          geometry: Type.Object({ type: Type.String({ examples: ['Polygon'] }), coordinates: Type.Array(Type.Any()) }),
          properties: Type.Object(
            { path: Type.String({ description: 'Address of the asset.' }) },
            { additionalProperties: true },
          ),
        },
        { description: 'A Polygon or MultiPolygon in degrees.' },
      ),
    ),
    addFirst: Type.Optional(Type.Boolean()),
  },
  {
    additionalProperties: true,
    description: 'A FeatureCollection; an array of features does too.',
    examples: [
      {
        type: 'FeatureCollection',
        features: [
          {
            type: 'Feature',
            geometry: {
              type: 'Polygon',
              coordinates: [
                [
                  [12, 41],
                  [13, 41],
                  [13, 42],
                  [12, 42],
                  [12, 41],
                ],
              ],
            },
            properties: { path: 's3://bucket/rome.tif' },
          },
        ],
      },
    ],
  },
)

export const Assets = Type.Array(Type.String(), {
  description: 'Addresses of the assets, in mosaic order.',
  examples: [['demo/tiles/0-0.tif']],
})

/** Schemas that stand once in the description, under `components`; the routes refer to them. */
export const COMPONENTS = {
  Error: ErrorAnswer,
  TileJson,
  Info,
  InfoGeoJson,
  MosaicDocument,
  FeaturesUpdate,
  CreateMosaic: CreateBody,
  Job: JobAnswer,
  Assets,
  CogPoint,
  MosaicPoint,
  Statistics,
  FeatureStatistics,
  CogInfo,
  CogInfoGeoJson,
  StacAssets,
  StacInfo,
  StacInfoGeoJson,
  AssetStatistics,
  TilesetList,
  Tileset,
}

/** A reference to one of the {@link COMPONENTS}. */
export function component(name: keyof typeof COMPONENTS) {
  return { $ref: `${name}#` }
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'A parameter that cannot be applied to this data.',
  401: 'The server that holds the mosaic wants credentials.',
  403: 'The operator does not allow this source.',
  404: 'No such mosaic; or a tile outside the tile matrix set.',
  413: 'The mosaic, or what the answer needs of it, is above a limit.',
  414: 'The address is longer than 16 kB.',
  415: 'The body is of a media type that is not read here.',
  422: 'A parameter, a mosaic or an asset that is not valid.',
  431: 'The headers, or the address, are longer than 16 kB.',
  500: 'A fault of the server.',
  502: 'A server that holds the mosaic or its assets failed.',
  503: 'The queue is full: try again after Retry-After seconds.',
  504: 'It took too long.',
}

const RETRY_AFTER = { 'Retry-After': { type: 'integer', description: 'Seconds.' } }

/** An error of a status, as every route answers it. `ref` is what the schema of errors is referred to by. */
export function errorAnswer(status: number, ref: string = component('Error').$ref) {
  const headers = status === 503 ? { headers: RETRY_AFTER } : {}
  return { description: ERRORS[status] ?? 'An error.', ...headers, content: { 'application/json': { schema: { $ref: ref } } } }
}

/** The errors of routes that read a mosaic. */
export const errorAnswers = Object.fromEntries(
  [400, 401, 403, 404, 413, 422, 500, 502, 503, 504].map((status) => [status, errorAnswer(status)]),
)

/** A JSON answer. */
export function jsonAnswer(name: keyof typeof COMPONENTS, description: string, type = 'application/json') {
  return { description, content: { [type]: { schema: component(name) } } }
}
