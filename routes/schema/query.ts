import { Type } from 'typebox'
import { type AlgorithmName, algorithms } from '../../src/algorithms/registry.ts'
import { selections } from '../../src/compose/registry.ts'
import { MAX_LENGTH } from '../../src/raster/expression/limits.ts'
import { REPROJECTIONS, RESAMPLINGS } from '../../src/raster/plan.ts'
import { COLORMAP_NAMES } from '../../src/render/colormap/named.ts'
import { FORMATS } from './path.ts'

/** `values` as an enum that OpenAPI shows as one. */
function choice<const T extends string>(values: readonly T[], options: { description: string; default?: NoInfer<T> }) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], ...options })
}

export const Source = {
  url: Type.String({
    minLength: 1,
    maxLength: 8192,
    description:
      'Address of the mosaic: a file below an allowed folder, `http(s)://`, `s3://`, `gs://`, `az://`, `dynamodb://region/table:mosaic`, `sqlite:///file.db:mosaic`, a search `stac+https://…`, or `mosaic:NAME` of a registered one (`/mosaics`). A `sealed:…` address of another answer does for any of them.',
    examples: ['demo/blue-marble.json'],
  }),
}

const tilesize = Type.Integer({
  examples: [512],
  minimum: 1,
  maximum: 65_536,
  description: 'Pixels of one side of a tile, before `@{scale}x`.',
})

/** What only tiles know. */
export const TileRead = {
  buffer: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1024,
      multipleOf: 0.5,
      examples: [0.5],
      description:
        'Pixels more on each side of the tile, a multiple of 0.5: the picture has `tilesize + 2 * buffer` pixels a side.',
    }),
  ),
  padding: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1024,
      examples: [2],
      description: 'Pixels around the tile that take part in the resampling, against seams; they are cut off again.',
    }),
  ),
}

export const Tilesize = {
  tilesize: Type.Optional(
    Type.Integer({
      ...tilesize,
      description: "Pixels of one side of a tile, before `@{scale}x`. Default: the tile matrix's own, 256 in most sets.",
    }),
  ),
}

/** What may be asked of the picture, and is carried through TileJSON. */
export const Render = {
  bidx: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      maxItems: 64,
      description: 'Bands, counted from 1; repeat in the wanted order.',
      examples: [[3, 2, 1]],
    }),
  ),
  expression: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: MAX_LENGTH,
      description:
        'Band arithmetic instead of the bands themselves: `b1`, `b2` … with the operators and functions of numexpr; blocks between semicolons are the bands of the picture.',
      examples: ['(b4-b3)/(b4+b3)'],
    }),
  ),
  unscale: Type.Optional(
    Type.Boolean({
      default: false,
      description: "Values with the file's scale and offset, before anything else is done to them.",
    }),
  ),
  nodata: Type.Optional(
    Type.String({
      maxLength: 64,
      description: "Value that is no data, instead of the file's own: a number, `nan`, `inf` or `-inf`.",
      examples: ['0'],
    }),
  ),
  resampling: Type.Optional(choice(RESAMPLINGS, { description: 'Kernel between the levels of a file.', default: 'nearest' })),
  reproject: Type.Optional(
    choice(REPROJECTIONS, { description: "Kernel between the file's grid and the tile's.", default: 'nearest' }),
  ),
  algorithm: Type.Optional(
    choice(Object.keys(algorithms) as AlgorithmName[], {
      description: 'What is made of the values before they are rescaled and coloured; see `/algorithms`.',
    }),
  ),
  algorithm_params: Type.Optional(
    Type.String({
      maxLength: 4096,
      description: 'Parameters of the algorithm, as a JSON object.',
      examples: ['{"azimuth": 90}'],
    }),
  ),
  rescale: Type.Optional(
    Type.Array(Type.String({ maxLength: 1024 }), {
      maxItems: 64,
      description: '`min,max` of the values that become black and white; once for all bands, or repeated, once a band.',
      examples: [['0,3000']],
    }),
  ),
  color_formula: Type.Optional(
    Type.String({
      maxLength: 1024,
      description: 'Operations of rio-color, after the rescale: gamma, sigmoidal, saturation.',
      examples: ['gamma rg 1.2, sigmoidal rgb 6 0.4, saturation 1.1'],
    }),
  ),
  colormap_name: Type.Optional(
    choice(COLORMAP_NAMES, { description: 'Colours for the values 0 to 255 of one band: see `/colorMaps`.' }),
  ),
  colormap: Type.Optional(
    Type.String({
      maxLength: 16_384,
      description:
        'Colours for one band, as JSON: `{"1": "#ff0000", "2": [0, 0, 255, 128]}` for single values, `[[[0, 400], "#ff0000"]]` for intervals.',
      examples: ['{"1": "#ff0000", "2": [0, 0, 255, 128]}'],
    }),
  ),
  return_mask: Type.Optional(
    Type.Boolean({
      default: true,
      description: 'Whether pixels without data are transparent; in arrays: whether the mask is the last band.',
    }),
  ),
  pixel_selection: Type.Optional(
    choice(Object.keys(selections) as (keyof typeof selections)[], {
      description: 'Which asset a pixel is taken from.',
      default: 'first',
    }),
  ),
  on_error: Type.Optional(
    choice(['skip', 'fail'], { description: "When one asset cannot be read: leave it out, or fail. Default: the operator's." }),
  ),
  empty: Type.Optional(
    choice(['204', '404', 'transparent'], { description: "Answer where there is no data. Default: the operator's." }),
  ),
}

export const TileJsonOnly = {
  tile_format: Type.Optional(
    choice(FORMATS, { description: 'Format of the tiles. Default: PNG where a pixel has no data, else JPEG.' }),
  ),
  tilesize: Type.Optional(Type.Integer({ ...tilesize, default: 512 })),
  minzoom: Type.Optional(Type.Integer({ minimum: 0, maximum: 30, description: "Instead of the mosaic's.", examples: [0] })),
  maxzoom: Type.Optional(Type.Integer({ minimum: 0, maximum: 30, description: "Instead of the mosaic's.", examples: [12] })),
}

export const CoordCrs = {
  coord_crs: Type.Optional(
    Type.String({
      maxLength: 256,
      description: 'Coordinate reference system of the coordinates in the path.',
      default: 'EPSG:4326',
      examples: ['EPSG:3857'],
    }),
  ),
}

export const InfoCrs = {
  crs: Type.Optional(
    Type.String({
      maxLength: 256,
      description: 'Coordinate reference system of the geometry.',
      default: 'EPSG:4326',
      examples: ['EPSG:3857'],
    }),
  ),
}
