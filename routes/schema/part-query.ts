import { Type } from 'typebox'
import { CoordCrs } from './query.ts'

const side = (what: string) =>
  Type.Integer({ minimum: 1, maximum: 65_536, description: `Pixels of the ${what}.`, examples: [512] })
const crs = (description: string) => Type.Optional(Type.String({ maxLength: 256, description, examples: ['EPSG:3857'] }))

/** Width and height in the path. */
export const SizePath = { width: side("picture's width"), height: side("picture's height") }

/** How large a picture shall be. */
export const Size = {
  max_size: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65_536,
      description: 'Longer side of the picture at most; nothing where width or height is given.',
      examples: [1024],
    }),
  ),
  width: Type.Optional(side('picture; the height follows where it is not given')),
  height: Type.Optional(side('picture; the width follows where it is not given')),
}

/** Of pictures of a place in coordinates. */
export const Place = {
  ...CoordCrs,
  dst_crs: crs('Coordinate reference system of the picture. Default: that of the coordinates.'),
  ...Size,
}

/** Of pictures of a whole file. */
export const PreviewPlace = {
  dst_crs: crs("Coordinate reference system of the picture. Default: the file's own."),
  ...Size,
  max_size: Type.Optional(Type.Integer({ ...Size.max_size, default: 1024 })),
}

/** A GeoJSON body; what is in it is checked as it is read. */
export const FeatureBody = Type.Unsafe<unknown>({
  description: 'GeoJSON Feature of a Polygon, MultiPolygon, LineString or MultiLineString.',
  examples: [
    {
      type: 'Feature',
      properties: {},
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [12, 41],
            [13, 41],
            [13, 42],
            [12, 41],
          ],
        ],
      },
    },
  ],
})

export const FeaturesBody = Type.Unsafe<unknown>({ ...FeatureBody, description: 'GeoJSON Feature or FeatureCollection.' })

const NUMBER_LIST = String.raw`^\d+(,\d+)*$`

export const StatisticsQuery = {
  categorical: Type.Optional(Type.Boolean({ default: false, description: 'Count single values instead of ranges of them.' })),
  c: Type.Optional(
    Type.Array(Type.Number(), {
      maxItems: 1024,
      description: 'Of categorical data: count these values alone.',
      examples: [[1, 2]],
    }),
  ),
  p: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: 100 }), {
      maxItems: 101,
      description: 'Percentiles. Default: 2 and 98.',
      examples: [[2, 98]],
    }),
  ),
  histogram_bins: Type.Optional(
    Type.String({
      maxLength: 16_384,
      pattern: NUMBER_LIST,
      description: 'How many bins of equal width; or, with commas, their borders in rising order.',
      default: '10',
      examples: ['8', '0,100,200,300'],
    }),
  ),
  histogram_range: Type.Optional(
    Type.String({ maxLength: 256, description: '`min,max` of the bins. Default: of the values.', examples: ['0,1000'] }),
  ),
}

export const CoverScale = {
  cover_scale: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 10,
      description: "Parts of a pixel's side in which the part that a feature covers is measured.",
    }),
  ),
}
