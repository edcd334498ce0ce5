import { Type } from 'typebox'
import { colormapPicture } from '../../src/colormap-picture.ts'
import type { FormatName } from '../../src/encode/registry.ts'
import { COLORMAP_NAMES, namedTable } from '../../src/render/colormap/named.ts'
import { unpackColor } from '../../src/render/colormap/colormap.ts'
import type { App } from '../context.ts'
import { component } from '../schema/answers.ts'
import { FORMATS } from '../schema/path.ts'
import { pictureAnswers } from '../schema/picture-answers.ts'

const Name = Type.Object({
  colorMapId: Type.Unsafe<string>({
    type: 'string',
    enum: [...COLORMAP_NAMES],
    description: 'Colormap, by its name.',
    examples: ['viridis'],
  }),
})
const side = Type.Integer({ minimum: 1, maximum: 2048, examples: [256] })
const Query = Type.Object({
  f: Type.Optional(
    Type.Unsafe<string>({
      type: 'string',
      enum: ['html', 'json', ...FORMATS],
      description: 'A page, a table, or a picture of it. Default: as the Accept header says, else the table.',
    }),
  ),
  orientation: Type.Optional(
    Type.Unsafe<'horizontal' | 'vertical'>({
      type: 'string',
      enum: ['horizontal', 'vertical'],
      default: 'horizontal',
      description: 'Of the picture.',
    }),
  ),
  width: Type.Optional(Type.Integer({ ...side, description: 'Of the picture: 256 along the colours, 20 across.' })),
  height: Type.Optional(Type.Integer({ ...side, description: 'Of the picture: 256 along the colours, 20 across.' })),
})
const Link = Type.Object({ href: Type.String(), rel: Type.String(), type: Type.String(), title: Type.String() })
const List = Type.Object({ colormaps: Type.Array(Type.Object({ id: Type.String(), links: Type.Array(Link) })) })
const Table = Type.Record(Type.String(), Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { minItems: 4, maxItems: 4 }), {
  description: 'Red, green, blue and alpha of the values 0 to 255.',
})

/** Colormaps that have a name: the list, and each one as a table or a picture. They only change with the program. */
export function colormapRoutes(app: App): void {
  const tags = ['Service']
  const cacheControl = 'public, max-age=3600'
  const list = { tags, summary: 'Colormaps', response: { 200: List } }
  app.get('/colorMaps', { config: { page: { title: 'Colormaps' } }, schema: list }, async (request, reply) => {
    reply.header('cache-control', cacheControl)
    return { colormaps: COLORMAP_NAMES.map((id) => ({ id, links: [linkOf(request.baseUrl, id)] })) }
  })
  app.get(
    '/colorMaps/:colorMapId',
    {
      config: { page: { above: 'Colormaps', picture: 'f=png&width=512&height=40' } },
      schema: {
        tags,
        summary: 'A colormap, as a table or a picture',
        params: Name,
        querystring: Query,
        response: {
          200: {
            description: 'The colormap.',
            content: { 'application/json': { schema: Table }, ...pictureAnswers[200].content },
          },
          422: component('Error'),
        },
      },
    },
    async (request, reply) => {
      const { colorMapId: name } = request.params
      const { f = 'json', orientation = 'horizontal', width, height } = request.query
      reply.header('cache-control', cacheControl)
      if (f === 'json' || f === 'html')
        return Object.fromEntries([...namedTable(name)].map((color, value) => [value, unpackColor(color)]))
      const along = orientation === 'horizontal'
      const size = { width: width ?? (along ? 256 : 20), height: height ?? (along ? 20 : 256) }
      const { body, mediaType } = await colormapPicture({ name, format: f as FormatName, orientation, ...size })
      return reply.type(mediaType).send(body)
    },
  )
}

function linkOf(base: string, id: string) {
  return { href: `${base}/colorMaps/${id}`, rel: 'item', type: 'application/json', title: `Definition of ${id} ColorMap` }
}
