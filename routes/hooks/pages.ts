import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { type TObject, type TSchema, Type } from 'typebox'
import { preferredMedia } from '../../src/http/media-preference.ts'
import { escapeMarkup as escape } from '../../src/markup.ts'
import type { App } from '../context.ts'
import { jsonPage } from '../pages/json-page.ts'
import { PAGE_HEADERS, pageText } from '../pages/page.ts'
import { linkQuery } from './source.ts'
import { addVary } from './vary.ts'

/** A route whose JSON is also a page, for clients that like HTML better. */
export interface Page {
  /** Of the page; default: the last part of the path. */
  readonly title?: string
  /** Parts of the path that the way back goes up to the page above; default: none, it leads to the landing page. */
  readonly above?: string
  /** Address of a picture of it, from here. */
  readonly picture?: string
  /** The whole page, instead of one that lists what the JSON says. @param root the way back to the root */
  readonly html?: (payload: object, root: string) => string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    page?: Page
  }
}

const F = Type.Optional(
  Type.Unsafe<'html' | 'json'>({
    type: 'string',
    enum: ['html', 'json'],
    description: 'A page or JSON, whatever the Accept header says. Default: as that says, else JSON.',
    examples: ['json'],
  }),
)
const HTML = { schema: Type.String() }

/** Routes with a `page` in their config answer in HTML or JSON, by `f` or else by the Accept header, as titiler's lists do. */
export function negotiatedPages(app: App): void {
  const frame = pageText('data.html')
  app.addHook('onRoute', (route) => {
    if (route.config?.page) route.schema = withHtml(route)
  })
  app.addHook('preSerialization', async (request, reply, payload: object) => {
    const { page } = request.routeOptions.config
    if (!page || reply.statusCode !== 200) return payload
    addVary(reply, 'Accept')
    if (!wantsHtml(request)) return payload
    sendAsHtml(reply)
    const root = rootOf(request)
    return page.html?.(payload, root) ?? dataPage(frame, request, page, payload)
  })
}

function withHtml({ schema = {} }: RouteOptions): RouteOptions['schema'] {
  const query = schema.querystring as TObject | undefined
  const { 200: good, ...others } = schema.response as Record<number, object>
  const described = 'content' in good ? (good as { content: object }) : { content: { 'application/json': { schema: good } } }
  return {
    ...schema,
    querystring: Type.Object({ f: F, ...(query?.properties as Record<string, TSchema> | undefined) }),
    response: {
      200: { description: schema.summary ?? 'The answer.', ...described, content: { ...described.content, 'text/html': HTML } },
      ...others,
    },
  }
}

function wantsHtml(request: FastifyRequest): boolean {
  const { f } = request.query as { f?: string }
  if (f !== undefined) return f === 'html'
  return preferredMedia(request.headers.accept, ['text/html', 'application/json']) === 'text/html'
}

function sendAsHtml(reply: FastifyReply): void {
  reply.headers(PAGE_HEADERS).serializer(String)
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache')
}

/** From the address of the request to the root, relative: whatever stands in front of the server need not be known. */
function rootOf({ url }: FastifyRequest): string {
  const depth = pathOf(url).length - 1
  return depth === 0 ? '.' : Array.from({ length: depth }, () => '..').join('/')
}

function pathOf(url: string): string[] {
  return url.split('?', 1)[0].split('/').slice(1)
}

function dataPage(frame: string, request: FastifyRequest, { title, above, picture }: Page, payload: object): string {
  const name = title ?? decodeURIComponent(pathOf(request.url).at(-1) ?? '')
  const query = linkQuery(request)
  query.delete('f')
  const rest = query.size > 0 ? `?${query}` : ''
  query.set('f', 'json')
  const values: Readonly<Record<string, string>> = {
    root: rootOf(request),
    title: escape(name),
    above: above === undefined ? '' : `<a href="${escape(`../${pathOf(request.url).at(-2)}${rest}`)}">${escape(above)}</a>`,
    json: escape(`?${query}`),
    picture: picture === undefined ? '' : `<p><img class="figure" src="${escape(`?${picture}`)}" alt="${escape(name)}" /></p>`,
    data: jsonPage(payload),
  }
  return frame.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? '')
}
