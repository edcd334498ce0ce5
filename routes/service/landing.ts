import { Type } from 'typebox'
import packageJson from '../../package.json' with { type: 'json' }
import { escapeMarkup as escape } from '../../src/markup.ts'
import type { RegisteredMosaic } from '../../src/mosaic/registered.ts'
import type { App, Context } from '../context.ts'
import { pageText } from '../pages/page.ts'
import { describe } from './mosaics.ts'

const Link = Type.Object({ rel: Type.String(), href: Type.String(), type: Type.String(), title: Type.String() })
const Landing = Type.Object({ title: Type.String(), description: Type.String(), links: Type.Array(Link) })

const LINKS = [
  { path: '/', rel: 'self', type: 'application/json', title: 'This page' },
  { path: '/api', rel: 'service-desc', type: 'application/vnd.oai.openapi+json;version=3.1', title: 'OpenAPI description' },
  { path: '/api.html', rel: 'service-doc', type: 'text/html', title: 'The interface, to read and try' },
  {
    path: '/conformance',
    rel: 'http://www.opengis.net/def/rel/ogc/1.0/conformance',
    type: 'application/json',
    title: 'Conformance classes',
  },
  { path: '/mosaics', rel: 'data', type: 'application/json', title: 'Registered mosaics' },
  {
    path: '/tileMatrixSets',
    rel: 'http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes',
    type: 'application/json',
    title: 'Tile matrix sets',
  },
  { path: '/algorithms', rel: 'data', type: 'application/json', title: 'Algorithms' },
  { path: '/colorMaps', rel: 'data', type: 'application/json', title: 'Colormaps' },
  { path: '/mosaic/map', rel: 'viewer', type: 'text/html', title: 'Map of a mosaic' },
  { path: '/healthz', rel: 'status', type: 'application/json', title: 'Health' },
]

/** What there is: a page for people, links for programs. */
export function landingRoutes(app: App, { config }: Context): void {
  const text = pageText('landing.html')
  const html = (_: object, root: string): string =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (__, key) => (key === 'root' ? root : gallery(config.mosaics, root)))
  app.get(
    '/',
    {
      config: { page: { html } },
      schema: { tags: ['Service'], summary: 'Landing page', response: { 200: Landing } },
    },
    async (request) => {
      const links = LINKS.map(({ path, ...link }) => ({ ...link, href: `${request.baseUrl}${path}` }))
      return { title: packageJson.name, description: packageJson.description, links }
    },
  )
}

/** The registered mosaics, each with its picture, which is asked for when it comes into view. */
function gallery(mosaics: readonly RegisteredMosaic[], root: string): string {
  if (mosaics.length === 0) return ''
  const cards = mosaics.map((mosaic) => {
    const { url, title, description, attribution, links } = describe(mosaic, root)
    const [map, tileJson, wmts, info, picture] = links
    const about = description === undefined ? '' : `<p>${escape(description)}</p>`
    const source = attribution === undefined ? '' : `<p class="quiet">${escape(attribution)}</p>`
    const others = [map, tileJson, wmts, info].map((link) => `<a href="${escape(link.href)}">${link.title}</a>`).join(' ')
    return `<li>
          <a class="picture" href="${escape(map.href)}" aria-hidden="true" tabindex="-1"><img loading="lazy" decoding="async" src="${escape(picture.href)}" alt="" /></a>
          <h3><a href="${escape(map.href)}">${escape(title)}</a></h3>
          ${about}${source}
          <p class="more"><code>${escape(url)}</code> ${others}</p>
        </li>`
  })
  return `<section>
        <h2>Mosaics</h2>
        <ul class="gallery">${cards.join('')}</ul>
      </section>`
}
