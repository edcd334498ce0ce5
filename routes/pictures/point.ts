import { Type } from 'typebox'
import { knownPoint } from '../../src/known-answer.ts'
import { point, type PointValues } from '../../src/point.ts'
import type { SourceKind } from '../../src/source-kind.ts'
import type { App, Context } from '../context.ts'
import { assetList, cacheControl, matches } from '../mosaic/tile-reply.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { Point } from '../schema/path.ts'
import { CoordCrs, Render, Source } from '../schema/query.ts'

const NUMBER = '(^[^,/]+)'

/** Values at a point: of every asset of a mosaic, or of one COG. */
export function pointRoutes(app: App, { engine, tiles, config }: Context, kind: SourceKind): void {
  const { bidx, expression, nodata, unscale, resampling, reproject, on_error } = Render
  const schema = {
    tags: ['Values'],
    summary: kind === 'mosaic' ? 'Values of every asset at a point' : 'Values at a point',
    params: Type.Object(Point),
    querystring: Type.Object({ ...Source, ...CoordCrs, bidx, expression, nodata, unscale, resampling, reproject, on_error }),
    response: {
      200: jsonAnswer(kind === 'mosaic' ? 'MosaicPoint' : 'CogPoint', 'The values, one a band; null where there is no data.'),
      204: Type.Null({ description: 'The mosaic has no asset there.' }),
      304: Type.Null({ description: 'It has not changed since the ETag in If-None-Match.' }),
      ...errorAnswers,
    },
  }
  app.get(`/point/:lon${NUMBER},:lat${NUMBER}`, { schema }, async (request, reply) => {
    const { query, source } = request
    const { lon, lat } = request.params
    const wanted = { ...pictureRequest(query, { kind, onError: config.onError }), lon, lat, coordCrs: query.coord_crs }
    const known = await knownPoint(engine, wanted, request.signal)
    const ifNoneMatch = request.headers['if-none-match']
    const caching = { 'cache-control': cacheControl(config.infoMaxAge, { secret: source.secret }) }
    if (known && matches(ifNoneMatch, known.etag))
      return reply
        .code(304)
        .headers({ ...caching, etag: known.etag })
        .send()
    const { assets, skipped, etag } =
      known?.answer ?? (await tiles.run('point', wanted, request.signal, (stop) => point(engine, wanted, stop)))
    reply.headers(caching)
    if (!assets) return reply.code(204).send()
    if (etag !== undefined) reply.header('etag', etag)
    if (etag !== undefined && matches(ifNoneMatch, etag)) return reply.code(304).send()
    if (skipped.length > 0) reply.header('x-assets-skipped', assetList(skipped.map(source.nameOf)))
    const coordinates = [lon, lat]
    if (kind !== 'mosaic') return { coordinates, ...membersOf(assets[0]) }
    return { coordinates, assets: assets.map((asset) => ({ name: source.nameOf(asset.name), ...membersOf(asset) })) }
  })
}

function membersOf({ values, bandNames, bandDescriptions }: PointValues) {
  return { values, band_names: bandNames, band_descriptions: bandDescriptions }
}
