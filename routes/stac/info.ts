import { Type } from 'typebox'
import { boxFeature } from '../../src/cog-info.ts'
import { crsFromUserInput, WGS84 } from '../../src/grid/crs.ts'
import { transformBounds } from '../../src/grid/transformer.ts'
import type { ClientSource } from '../../src/http/client-source.ts'
import { itemInfo } from '../../src/item-info.ts'
import { tileSource } from '../../src/tile-source.ts'
import type { App, Context } from '../context.ts'
import { cacheControl } from '../mosaic/tile-reply.ts'
import { type AssetsQuery, itemAssets } from '../render-request.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { InfoCrs, Source } from '../schema/query.ts'

/** What the assets of an item are: their names, their infos, and these as GeoJSON. */
export function infoRoutes(app: App, { engine, config }: Context): void {
  const tags = ['STAC']
  const cached = (source: ClientSource) => cacheControl(config.infoMaxAge, source)

  app.get(
    '/assets',
    {
      schema: {
        tags,
        summary: 'Names of the assets that can be read',
        querystring: Type.Object({ ...Source }),
        response: { 200: jsonAnswer('StacAssets', 'The names.'), ...errorAnswers },
      },
    },
    async ({ query, source, signal }, reply) => {
      const { assets } = await engine.items.open(query.url, { signal })
      return reply.header('cache-control', cached(source)).send([...assets.keys()])
    },
  )

  app.get(
    '/info',
    {
      schema: {
        tags,
        summary: 'Info of assets',
        querystring: Type.Object({ ...Source }),
        response: { 200: jsonAnswer('StacInfo', 'What the files are, by the names of the assets.'), ...errorAnswers },
      },
    },
    async ({ query, source, signal }, reply) => {
      const info = await itemInfo(engine, { url: query.url, assets: itemAssets(query as AssetsQuery) }, signal)
      return reply.header('cache-control', cached(source)).send(info)
    },
  )

  app.get(
    '/info.geojson',
    {
      schema: {
        tags,
        summary: 'Info of assets as a GeoJSON feature: the outline of the item',
        querystring: Type.Object({ ...Source, ...InfoCrs }),
        response: {
          200: jsonAnswer('StacInfoGeoJson', 'What the files are, as GeoJSON.', 'application/geo+json'),
          ...errorAnswers,
        },
      },
    },
    async ({ query, source, signal }, reply) => {
      const crs = query.crs == null ? WGS84 : crsFromUserInput(query.crs, 'crs')
      const info = await itemInfo(engine, { url: query.url, assets: itemAssets(query as AssetsQuery) }, signal)
      const { bounds } = await tileSource(engine, 'stac', query.url, signal)
      const feature = boxFeature(transformBounds(WGS84, crs, bounds), info)
      return reply.header('cache-control', cached(source)).type('application/geo+json').send(feature)
    },
  )
}
