import { Type } from 'typebox'
import { TILE_MATRIX_SETS } from '../../src/grid/tms.ts'

/** Files of one mosaic that one request may name. */
const MAX_URLS = 100_000
const zoom = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: 30, description }))
const text = (description: string) => Type.Optional(Type.String({ maxLength: 10_000, description }))

/** Body of POST /mosaic/create. */
export const CreateBody = Type.Object(
  {
    url: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 8192,
        description: 'Where the mosaic is written. Without it nothing is written, and the document is the answer.',
      }),
    ),
    urls: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 8192 }), {
        minItems: 1,
        maxItems: MAX_URLS,
        description: 'Files, whose headers are read. One of `urls`, `features` and `search` is needed.',
      }),
    ),
    features: Type.Optional(
      Type.Any({
        description: 'A FeatureCollection or an array of features, each with the address of its asset in `properties.path`.',
      }),
    ),
    search: Type.Optional(
      Type.Object(
        {
          url: Type.String({ minLength: 1, maxLength: 8192, examples: ['https://stac.example.com/search'] }),
          query: Type.Optional(Type.Record(Type.String(), Type.Any(), { description: 'The body of the search.' })),
          max_items: Type.Optional(Type.Integer({ minimum: 1 })),
          page_limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
        },
        { description: 'A STAC search, whose items become the mosaic. Needs `minzoom` and `maxzoom`.' },
      ),
    ),
    minzoom: zoom("Default: of the files, so that no tile needs too many; features and searches don't say it."),
    maxzoom: zoom('Default: of the finest of the files.'),
    quadkey_zoom: zoom('Zoom of the quadkeys. Default: minzoom.'),
    tms: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: TILE_MATRIX_SETS, description: 'Default: WebMercatorQuad.' })),
    max_threads: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 64, description: 'Files that are opened at a time. Default: 20.' }),
    ),
    accessor: text(
      "Of features the property that has the asset's address (`path`), of a search the path to it in an item (`assets.B01.href`; default: its self link).",
    ),
    asset_prefix: text('Cut off the assets that begin with it, and stored once.'),
    minimum_tile_cover: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Only assets that cover more of a tile than this.' }),
    ),
    tile_cover_sort: Type.Optional(Type.Boolean({ description: 'Those that cover most of a tile come first.' })),
    maximum_items_per_tile: Type.Optional(Type.Integer({ minimum: 1 })),
    name: text('Of the mosaic.'),
    description: text('Of the mosaic.'),
    attribution: text('Of the mosaic.'),
    version: text('Of the mosaic. Default: 1.0.0.'),
    on_error: Type.Optional(
      Type.Unsafe<'fail' | 'skip'>({
        type: 'string',
        enum: ['fail', 'skip'],
        description:
          'When an asset cannot be read or may not be: the job fails (the default), or goes on without it and names it.',
      }),
    ),
    overwrite: Type.Optional(Type.Boolean({ description: 'What is at `url` may be replaced. Default: false.' })),
  },
  {
    additionalProperties: false,
    description: 'What a mosaic is made of, and how.',
    examples: [
      {
        url: 's3://bucket/mosaics/fields.json.gz',
        urls: ['s3://bucket/fields/north.tif', 's3://bucket/fields/south.tif'],
        name: 'Fields',
        on_error: 'skip',
      },
    ],
  },
)

const nullable = (schema: ReturnType<typeof Type.String>) => Type.Optional(schema)

/** State of a job. */
export const JobAnswer = Type.Object({
  id: Type.String(),
  status: Type.Unsafe<string>({ type: 'string', enum: ['running', 'done', 'failed', 'cancelled'] }),
  target: nullable(Type.String({ description: 'Where the mosaic is written.' })),
  started: Type.String(),
  ended: nullable(Type.String()),
  progress: Type.Object({
    stage: Type.String({ description: 'start, headers, assets, search, tiles or write.', examples: ['headers'] }),
    done: Type.Integer(),
    total: Type.Optional(Type.Integer()),
  }),
  failed: Type.Array(Type.Object({ asset: Type.String(), detail: Type.String(), code: Type.String() }), {
    description: 'Assets that were left out; the first hundred.',
  }),
  failed_count: Type.Integer(),
  created: Type.Optional(Type.Boolean({ description: 'Nothing was there before.' })),
  etag: nullable(Type.String({ description: 'Of the document that was written, for If-Match.' })),
  info: Type.Optional(Type.Ref('Info#')),
  error: Type.Optional(Type.Object({ detail: Type.Any(), code: Type.String() }, { description: 'Why it failed.' })),
  links: Type.Array(Type.Object({ rel: Type.String({ examples: ['document'] }), href: Type.String() })),
})
