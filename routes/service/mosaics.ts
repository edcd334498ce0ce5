import { Type } from 'typebox'
import { findRegistered, printRegistered, type RegisteredMosaic } from '../../src/mosaic/registered.ts'
import { thumbnailPlace, type ThumbnailPlace } from '../../src/mosaic/thumbnail.ts'
import type { App, Context } from '../context.ts'
import { errorAnswers } from '../schema/answers.ts'

/** Pixels of the longer side of a picture. */
const SIDE = 480

const Link = Type.Object({ href: Type.String(), rel: Type.String(), type: Type.String(), title: Type.String() })
const Mosaic = Type.Object({
  id: Type.String({ description: 'Its name.' }),
  url: Type.String({ description: 'What goes for `url` under /mosaic.', examples: ['mosaic:relief'] }),
  title: Type.String(),
  description: Type.Optional(Type.String()),
  attribution: Type.Optional(Type.String()),
  links: Type.Array(Link),
})
const List = Type.Object({ mosaics: Type.Array(Mosaic) })
const Name = Type.Object({
  mosaicId: Type.String({ maxLength: 64, description: 'Name of a registered mosaic.', examples: ['relief'] }),
})

/** The mosaics that the operator has registered: the list, and a small picture of each. */
export function registeredMosaicRoutes(app: App, { config, engine }: Context): void {
  const tags = ['Service']
  const cached = `public, max-age=${config.infoMaxAge}`
  app.get(
    '/mosaics',
    { config: { page: { title: 'Mosaics' } }, schema: { tags, summary: 'Registered mosaics', response: { 200: List } } },
    async (request, reply) => {
      reply.header('cache-control', cached)
      return { mosaics: config.mosaics.map((mosaic) => describe(mosaic, request.baseUrl)) }
    },
  )
  app.get(
    '/mosaics/:mosaicId/picture',
    {
      schema: {
        tags,
        summary: 'Small picture of a registered mosaic',
        description: 'Leads to a picture of all of it where few assets make it up, else to one of its tiles.',
        params: Name,
        response: { 302: Type.Null({ description: 'Where the picture is.' }), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const url = printRegistered({ name: request.params.mosaicId })
      const mosaic = findRegistered(config.mosaics, url)
      const place = await thumbnailPlace(await engine.mosaics.open(url, { signal: request.signal }), request.signal)
      return reply.header('cache-control', cached).redirect(`../../mosaic/${picturePath(mosaic, place)}`)
    },
  )
}

/** What clients are told of a registered mosaic. @param base address of this server, or the way to it */
export function describe(mosaic: RegisteredMosaic, base: string) {
  const { name: id, title = id, description, attribution } = mosaic
  const query = queryOf(mosaic)
  const json = 'application/json'
  const link = (path: string, rel: string, type: string, text: string) => ({ href: `${base}/${path}`, rel, type, title: text })
  const links = [
    link(`mosaic/map?${query}`, 'alternate', 'text/html', 'Map'),
    link(`mosaic/tilejson.json?${query}`, 'describedby', json, 'TileJSON'),
    link(`mosaic/WMTSCapabilities.xml?${query}`, 'service-desc', 'application/xml', 'WMTS'),
    link(`mosaic/info?${new URLSearchParams({ url: printRegistered(mosaic) })}`, 'item', json, 'Info'),
    link(`mosaics/${id}/picture`, 'preview', 'image/webp', 'Picture'),
  ]
  return { id, url: printRegistered(mosaic), title, description, attribution, links }
}

function queryOf(mosaic: RegisteredMosaic): URLSearchParams {
  return new URLSearchParams([
    ['url', printRegistered(mosaic)],
    ...mosaic.render.map(([name, value]): [string, string] => [name, value]),
  ])
}

function picturePath(mosaic: RegisteredMosaic, place: ThumbnailPlace): string {
  const query = queryOf(mosaic)
  // An empty place is a picture too: a page has put a frame around it.
  query.set('empty', 'transparent')
  if (place.kind === 'tile') {
    query.set('tilesize', String(SIDE))
    return `tiles/${place.tms}/${place.z}/${place.x}/${place.y}.webp?${query}`
  }
  query.set('max_size', String(SIDE))
  query.set('dst_crs', 'EPSG:3857')
  return `bbox/${place.bbox.join(',')}.webp?${query}`
}
