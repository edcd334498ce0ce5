import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../../scripts/servers/smalti.ts'
import { type Browser, openBrowser, openPage } from './browser.ts'
import { demoFolder, root, startDemo } from './demo.ts'
import { coloursByCell } from './picture.ts'

const screenshots = `${root}.cache/screenshots`
const pieces = `${root}test/fixtures/mosaics/`
const folder = mkdtempSync(join(tmpdir(), 'smalti-landing-'))
const sizes = {
  desktop: { width: 1280, height: 900, scheme: 'light' },
  phone: { width: 390, height: 844, scheme: 'dark' },
} as const

let smalti: Running
let browser: Browser
/** Gives the document to those who know the signature alone. */
let upstream: Server
let signed: string

beforeAll(async () => {
  await mkdir(screenshots, { recursive: true })
  upstream = createServer((request, reply) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host')
    const isDocument = pathname.endsWith('.json')
    if (isDocument && searchParams.get('sig') !== 'hush') return reply.writeHead(403).end()
    reply.setHeader('etag', '"1"').end(readFileSync(pieces + pathname))
  })
  await new Promise<void>((listening) => upstream.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/`
  signed = `${origin}mosaic.json?sig=hush`
  const mosaics = {
    world: { url: `${demoFolder}/blue-marble.json`, title: 'Blue Marble', description: 'The world, a mosaic of pictures.' },
    relief: { url: `${demoFolder}/elevation.json`, title: 'Relief', render: { rescale: '0,4000', colormap_name: 'terrain' } },
    pieces: { url: signed, title: 'Two <pieces> & a name that is long enough to need a second line on any card' },
  }
  writeFileSync(join(folder, 'mosaics.json'), JSON.stringify(mosaics))
  const key = '0123456789abcdef0123456789abcdef'
  smalti = await startDemo('--mosaics', join(folder, 'mosaics.json'), '--seal-key', key, '--allow', origin)
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await smalti?.stop()
  upstream?.close()
  rmSync(folder, { recursive: true })
})

describe.each(Object.entries(sizes))('on a %s', (name, { scheme, ...size }) => {
  test('the landing page shows every registered mosaic with its picture, fits, and has nothing to complain about', async () => {
    const { page, complaints } = await openPage(browser, size)
    await page.emulateMedia({ colorScheme: scheme })
    await page.goto(smalti.base)
    for (const card of await page.locator('.gallery li').all()) await card.scrollIntoViewIfNeeded()
    await page.waitForLoadState('networkidle')
    const widths = await page.evaluate<number[]>(
      "Array.from(document.querySelectorAll('.gallery img'), (image) => image.naturalWidth)",
    )
    expect({ complaints, widths }).toEqual({ complaints: [], widths: [480, 480, expect.any(Number)] })
    expect(Math.min(...widths)).toBeGreaterThan(100)
    const first = await page.locator('.gallery img').first().screenshot()
    expect((await coloursByCell(first, 2, 2)).every((colours) => colours > 20)).toBe(true)
    await page.screenshot({ path: `${screenshots}/landing-${name}.png`, fullPage: true })
    expect(await page.locator('h3').last().innerText()).toContain('Two <pieces> & a name')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width)
    await page.close()
  })

  test('lists are pages too, and lead from one to the next and back', async () => {
    const { page, complaints } = await openPage(browser, size)
    await page.goto(smalti.base)
    await page.getByRole('link', { name: 'Tile matrix sets' }).click()
    await page.getByRole('link', { name: 'Google Maps Compatible' }).click()
    expect(await page.locator('td').nth(1).innerText()).toBe('559082264.0287178')
    await page.screenshot({ path: `${screenshots}/tile-matrix-set-${name}.png` })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width)
    await page.getByRole('link', { name: 'Tile matrix sets' }).click()
    expect(await page.locator('h1').innerText()).toBe('Tile matrix sets')
    expect(complaints).toEqual([])
    await page.close()
  })
})

test('a card leads to the map of its mosaic, which shows it and names no document', async () => {
  const { page, complaints } = await openPage(browser, sizes.desktop)
  await page.goto(smalti.base)
  await page.getByRole('link', { name: 'Blue Marble' }).click()
  await page.waitForSelector('[data-map=idle]', { timeout: 30_000 })
  expect(await page.locator('#panel h1').innerText()).toBe('Blue Marble')
  expect(await page.locator('#links a').allInnerTexts()).toEqual(['TileJSON', 'Info'])
  const canvas = await page.locator('canvas').first().screenshot()
  const blank = (await coloursByCell(canvas, 6, 6)).filter((colours) => colours < 3).length
  expect({ complaints, blank }).toEqual({ complaints: [], blank: 0 })
  await page.close()
})

test('the map of a signed address puts a sealed one in its place, for tiles, links and its own address', async () => {
  const { page, complaints } = await openPage(browser, sizes.desktop)
  const tiles: string[] = []
  page.on('request', (request) => request.url().includes('/tiles/') && tiles.push(request.url()))
  await page.goto(`${smalti.base}/mosaic/map?url=${encodeURIComponent(signed)}`)
  await page.waitForSelector('[data-map=idle]', { timeout: 30_000 })
  expect(page.url()).toContain('url=sealed%3A')
  expect([page.url(), await page.content(), ...tiles].filter((text) => text.includes('hush'))).toEqual([])
  expect(tiles.length).toBeGreaterThan(0)
  // What is copied from the address bar shows the same map.
  await page.goto(page.url())
  await page.waitForSelector('[data-map=idle]', { timeout: 30_000 })
  expect(complaints).toEqual([])
  await page.close()
})
