import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App } from '../../routes/context.ts'
import { jsonPage } from '../../routes/pages/json-page.ts'
import { fixtures, realApp } from './real-app.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const folder = mkdtempSync(join(tmpdir(), 'smalti-pages-'))
const url = `url=${encodeURIComponent(`${fixtures}mosaics/mosaic.json`)}`
/** What titiler answers as a page too. */
const NEGOTIATED = [
  '/',
  '/conformance',
  '/tileMatrixSets',
  '/tileMatrixSets/WebMercatorQuad',
  '/algorithms',
  '/algorithms/hillshade',
  '/colorMaps',
  '/colorMaps/viridis',
  `/mosaic/tiles?${url}`,
  `/mosaic/tiles/WebMercatorQuad?${url}`,
  '/mosaics',
]

let app: App
let close: () => Promise<void>

beforeAll(async () => {
  const mosaics = {
    pieces: {
      url: `${fixtures}mosaics/mosaic.json`,
      title: '<script>alert(1)</script>',
      description: 'Two & more',
      render: { bidx: [1] },
    },
    gone: { url: join(folder, 'gone.json') },
  }
  writeFileSync(join(folder, 'mosaics.json'), JSON.stringify(mosaics))
  ;({ app, close } = await realApp(['--mosaics', join(folder, 'mosaics.json')]))
})

afterAll(async () => {
  await close()
  rmSync(folder, { recursive: true })
})

test.each(NEGOTIATED)('%s is a page for browsers and JSON for programs, and f goes before both', async (path) => {
  const type = async (more: string, accept?: string) => {
    const reply = await app.inject({
      url: path + (more && (path.includes('?') ? '&' : '?') + more),
      headers: accept ? { accept } : {},
    })
    expect([reply.statusCode, reply.headers.vary]).toEqual([200, expect.stringContaining('Accept')])
    return String(reply.headers['content-type']).split(';')[0]
  }
  expect([await type(''), await type('', '*/*'), await type('', BROWSER)]).toEqual([
    'application/json',
    'application/json',
    'text/html',
  ])
  expect([await type('f=html', 'application/json'), await type('f=json', BROWSER)]).toEqual(['text/html', 'application/json'])
})

test('a page stands by itself: its policy forbids foreign parts, its links are relative and lead on', async () => {
  const reply = await app.inject({ url: '/tileMatrixSets/WebMercatorQuad', headers: { accept: BROWSER } })
  expect(reply.headers['content-security-policy']).toContain("default-src 'none'")
  expect(reply.body).toContain('href="../assets/pages.css"')
  expect(reply.body).toContain('href="../tileMatrixSets"')
  expect(reply.body).toContain('559082264.0287178')
  const list = await app.inject({ url: `/mosaic/tiles/WebMercatorQuad?${url}&f=html` })
  expect(list.body).toContain(`href="../tiles?${url}"`)
  // A link that a program will follow does not carry what only this page was asked for.
  expect((await app.inject({ url: `/mosaic/tiles/WebMercatorQuad?${url}&f=json` })).body).not.toContain('f=json')
})

test('what is no page stays JSON: errors, and pictures by f', async () => {
  const error = await app.inject({ url: '/tileMatrixSets/None', headers: { accept: BROWSER } })
  expect([error.statusCode, error.headers['content-type']]).toEqual([422, 'application/json; charset=utf-8'])
  const picture = await app.inject({ url: '/colorMaps/viridis?f=png', headers: { accept: BROWSER } })
  expect(picture.headers['content-type']).toBe('image/png')
  expect((await app.inject('/conformance?f=xml')).statusCode).toBe(422)
})

test('everything in a page is escaped, and only addresses become links', () => {
  const page = jsonPage({
    '<i>': '<b>"x"</b>',
    script: { href: 'javascript:alert(1)', rel: 'x' },
    links: [
      { href: 'javascript:alert(2)', rel: 'x', title: '<u>' },
      { href: 'https://host/{z}"', rel: 'tile', templated: true },
    ],
    crs: 'http://host/"onload="',
  })
  expect(page).not.toMatch(/<[biu]>|href="javascript|"onload=/)
  expect(page).toContain('&lt;b&gt;')
})

test('the landing page shows the registered mosaics, escaped, with pictures that wait until they are seen', async () => {
  const { body } = await app.inject({ url: '/', headers: { accept: BROWSER } })
  expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(body).not.toContain('<script>alert')
  expect(body).toContain('loading="lazy" decoding="async" src="./mosaics/pieces/picture"')
  expect(body).toContain('href="./mosaic/map?url=mosaic%3Apieces&amp;bidx=1"')
  expect(body).not.toContain(fixtures)
})

test('the list names what programs need, and its links work', async () => {
  const { mosaics } = (await app.inject('/mosaics')).json<{
    mosaics: { id: string; url: string; links: { href: string; type: string }[] }[]
  }>()
  expect(mosaics.map(({ id, url: name }) => [id, name])).toEqual([
    ['pieces', 'mosaic:pieces'],
    ['gone', 'mosaic:gone'],
  ])
  for (const { href, type } of mosaics[0].links) {
    const { pathname, search } = new URL(href)
    let reply = await app.inject(pathname + search)
    if (reply.statusCode === 302)
      reply = await app.inject(new URL(String(reply.headers.location), href).href.slice('http://localhost'.length))
    expect([href, reply.statusCode, String(reply.headers['content-type']).split(';')[0]]).toEqual([href, 200, type])
  }
})

test('a picture is of all of a mosaic of few assets; of one that cannot be read there is none', async () => {
  const reply = await app.inject('/mosaics/pieces/picture')
  expect(reply.headers.location).toMatch(/^\.\.\/\.\.\/mosaic\/bbox\/10,48\.5,13\.6,50\.webp\?url=mosaic%3Apieces&bidx=1&/)
  expect((await app.inject('/mosaics/gone/picture')).statusCode).toBe(404)
  expect((await app.inject('/mosaics/none/picture')).statusCode).toBe(404)
})
