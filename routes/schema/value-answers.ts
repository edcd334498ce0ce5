import { Type } from 'typebox'
import { BBox, Position } from './positions.ts'

const values = {
  values: Type.Array(Type.Union([Type.Number(), Type.Null()]), { description: 'One a band; null: no data.' }),
  band_names: Type.Array(Type.String()),
  band_descriptions: Type.Array(Type.String()),
}

export const CogPoint = Type.Object({ coordinates: Position, ...values })

export const MosaicPoint = Type.Object({
  coordinates: Position,
  assets: Type.Array(Type.Object({ name: Type.String({ description: 'Address of the asset.' }), ...values }), {
    description: 'In mosaic order.',
  }),
})

const MaybeNumber = Type.Union([Type.Number(), Type.Null()])

export const BandStatistics = Type.Object(
  {
    min: MaybeNumber,
    max: MaybeNumber,
    mean: MaybeNumber,
    count: Type.Number({ description: 'Sum of the covered parts of the pixels.' }),
    sum: Type.Number(),
    std: MaybeNumber,
    median: MaybeNumber,
    majority: MaybeNumber,
    minority: MaybeNumber,
    unique: Type.Number(),
    histogram: Type.Array(Type.Array(Type.Number()), { description: 'Counts, and the borders of the bins (or the values).' }),
    valid_percent: Type.Number(),
    masked_pixels: Type.Number(),
    valid_pixels: Type.Number(),
    description: Type.String(),
  },
  { additionalProperties: MaybeNumber, description: 'With percentile_2 and so on. null where nothing is valid.' },
)

export const Statistics = Type.Record(Type.String(), BandStatistics, { description: 'By the name of the band.' })

export const FeatureStatistics = Type.Object(
  { type: Type.Union([Type.Literal('Feature'), Type.Literal('FeatureCollection')]) },
  {
    additionalProperties: true,
    description: 'The GeoJSON of the request; each feature has `statistics` and, of mosaics, `used_assets` in its properties.',
  },
)

export const CogInfo = Type.Object({
  bounds: Type.Array(Type.Number(), { minItems: 4, maxItems: 4, description: "In the file's CRS." }),
  crs: Type.Optional(Type.String({ description: 'URI, or a PROJ text.' })),
  band_metadata: Type.Array(Type.Array(Type.Any())),
  band_descriptions: Type.Array(Type.Array(Type.String())),
  dtype: Type.String({ examples: ['uint8'] }),
  nodata_type: Type.Union([Type.Literal('Nodata'), Type.Literal('Alpha'), Type.Literal('Mask'), Type.Literal('None')]),
  colorinterp: Type.Array(Type.String()),
  scales: Type.Array(Type.Number()),
  offsets: Type.Array(Type.Number()),
  colormap: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Integer()))),
  driver: Type.String(),
  count: Type.Integer(),
  width: Type.Integer(),
  height: Type.Integer(),
  overviews: Type.Array(Type.Integer()),
  nodata_value: Type.Optional(Type.Union([Type.Number(), Type.Null({ description: 'NaN or an infinity.' })])),
  minmax: Type.Optional(Type.Array(Type.Array(Type.Number()))),
})

export const CogInfoGeoJson = Type.Object({
  type: Type.Literal('Feature'),
  bbox: BBox,
  geometry: Type.Object({ type: Type.String({ examples: ['Polygon'] }), coordinates: Type.Array(Type.Any()) }),
  properties: CogInfo,
})

export const StacAssets = Type.Array(Type.String(), { description: 'In the order of the item.', examples: [['B02', 'B03']] })
export const StacInfo = Type.Record(Type.String(), CogInfo, { description: 'By the name of the asset, with its options.' })
export const StacInfoGeoJson = Type.Object({ ...CogInfoGeoJson.properties, properties: StacInfo })
export const AssetStatistics = Type.Record(Type.String(), Statistics, {
  description: 'By the name of the asset, with its options.',
})
