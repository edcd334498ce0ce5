import { Type } from 'typebox'
import { encoders, type FormatName } from '../../src/encode/registry.ts'
import { ParameterError } from '../../src/errors.ts'
import { tileSource, type Zooms } from '../../src/tile-source.ts'
import { wmtsCapabilities } from '../../src/wmts.ts'
import type { SourceKind } from '../../src/source-kind.ts'
import type { App, Context } from '../context.ts'
import { linkQuery } from '../hooks/source.ts'
import { linkCacheControl } from '../mosaic/tile-reply.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers } from '../schema/answers.ts'
import { Render, Source, TileJsonOnly, TileRead } from '../schema/query.ts'
import { links } from './tilesets.ts'

/** What the document takes itself, and what WMTS clients add to any address. */
const OWN = ['tile_format', 'use_epsg', 'tilesize', 'zooms']
/** As titiler writes it. */
const JPG = 'image/jpg'
const OF_CLIENTS = new Set(['service', 'request', 'acceptversions', 'sections', 'updatesequence', 'acceptformats'])

const Query = Type.Object({
  ...Source,
  ...TileRead,
  ...Render,
  tile_format: Type.Optional({ ...TileJsonOnly.tile_format, default: 'png' }),
  use_epsg: Type.Optional(Type.Boolean({ default: false, description: 'EPSG codes as CRS, for clients that know only those.' })),
  zooms: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), {
      maxItems: 64,
      description: 'Zooms of a tile matrix set, `ID::MIN,MAX`; `*` stands for all others.',
      examples: [['WebMercatorQuad::0,12']],
    }),
  ),
})

/** WMTS 1.0.0 capabilities, for GIS programs. */
export function wmtsRoutes(app: App, { engine, config }: Context, prefix: string, kind: SourceKind): void {
  app.get(
    '/WMTSCapabilities.xml',
    {
      schema: {
        tags: ['Tilesets'],
        summary: 'WMTS capabilities',
        querystring: Query,
        response: {
          200: { description: 'WMTS 1.0.0.', content: { 'application/xml': { schema: Type.String() } } },
          ...errorAnswers,
        },
      },
    },
    async (request, reply) => {
      const format = (request.query.tile_format ?? 'png') as FormatName
      const zooms = parseZooms(request.query.zooms ?? [])
      // The document's tiles could not be had with anything wrong in these.
      pictureRequest(request.query, { kind: 'mosaic', onError: config.onError })
      const source = await tileSource(engine, kind, request.query.url, request.signal)
      // A file goes by its address.
      const name = kind === 'mosaic' ? source.name : request.source.nameOf(source.name)
      const { base, query } = links(request, prefix, [...OWN, ...clientParameters(linkQuery(request))])
      const xml = wmtsCapabilities(
        { ...source, name },
        {
          base,
          self: `${request.baseUrl}${request.url.split('?', 1)[0]}?${linkQuery(request)}`,
          query: query.slice(1),
          format,
          mediaType: format === 'jpg' ? JPG : encoders[format].mediaType,
          zooms,
          useEpsg: request.query.use_epsg ?? false,
        },
      )
      const cached = linkCacheControl(config.infoMaxAge, request.source)
      return reply.header('cache-control', cached).type('application/xml').send(xml)
    },
  )
}

function clientParameters(query: URLSearchParams): string[] {
  return [...query.keys()].filter((name) => OF_CLIENTS.has(name.toLowerCase()))
}

function parseZooms(values: readonly string[]): Map<string, Zooms> {
  return new Map(
    values.map((value) => {
      const [, id, min, max] = /^([\w*]+)::(\d{1,2}),(\d{1,2})$/.exec(value) ?? []
      if (id == null) throw new ParameterError('zooms', 'zooms must be ID::MIN,MAX, such as WebMercatorQuad::0,12')
      return [id, { minzoom: Number(min), maxzoom: Number(max) }]
    }),
  )
}
