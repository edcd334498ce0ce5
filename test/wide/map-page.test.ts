import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../../scripts/servers/smalti.ts'
import { type Browser, openBrowser, openPage, type WatchedPage } from './browser.ts'
import { root, startDemo, world } from './demo.ts'
import { coloursByCell } from './picture.ts'

/** For people to look at; `docs/map.png` in the README is one of them. */
const screenshots = `${root}.cache/screenshots`
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const

let smalti: Running
let browser: Browser

beforeAll(async () => {
  await mkdir(screenshots, { recursive: true })
  smalti = await startDemo()
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await smalti?.stop()
})

/** The page once its map has nothing left to load or to draw, or has said why there is none. */
async function openMap(url: string, size: { width: number; height: number }, more = ''): Promise<WatchedPage> {
  const watched = await openPage(browser, size)
  await watched.page.goto(`${smalti.base}/mosaic/map?url=${encodeURIComponent(url)}${more}`)
  await watched.page.waitForSelector('[data-map=idle], #ask:not([hidden])', { timeout: 30_000 })
  return watched
}

/** After a movement: nothing under way, and fading over. */
async function settle({ page }: WatchedPage): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(1000)
}

describe.each(Object.entries(sizes))('on a %s', (name, size) => {
  test('the map page shows the mosaic: no blank area, no console error, no failed request', async () => {
    const { page, complaints } = await openMap(world, size)
    const canvas = await page
      .locator('canvas')
      .first()
      .screenshot({ path: `${screenshots}/map-${name}.png` })
    // Ocean and desert have few colours, but never one: the picture has noise.
    const blank = (await coloursByCell(canvas, 8, 8)).filter((colours) => colours < 3).length
    expect({ complaints, blank }).toEqual({ complaints: [], blank: 0 })
    const box = await page.locator('canvas').first().boundingBox()
    expect(box?.width).toBe(size.width)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width)
    await page.close()
  })

  test('zooming in by hand shows finer tiles and no blank area', async () => {
    const watched = await openMap(world, size)
    const { page, complaints } = watched
    const asked = new Set<string>()
    page.on('request', (request) => asked.add(/\/(\d+)\/\d+\/\d+/.exec(new URL(request.url()).pathname)?.[1] ?? ''))
    await page.mouse.move(size.width / 2, size.height / 2)
    for (let step = 0; step < 4; step++) {
      await page.mouse.wheel(0, -300)
      await page.waitForTimeout(400)
    }
    await settle(watched)
    const canvas = await page
      .locator('canvas')
      .first()
      .screenshot({ path: `${screenshots}/zoomed-${name}.png` })
    const blank = (await coloursByCell(canvas, 6, 6)).filter((colours) => colours < 2).length
    expect({ complaints, blank }).toEqual({ complaints: [], blank: 0 })
    expect(Math.max(...[...asked].map(Number))).toBeGreaterThanOrEqual(3)
    await page.close()
  })

  test('a bad url is answered with words that a person can act on', async () => {
    const { page } = await openMap('demo/absent.json', size)
    await page.screenshot({ path: `${screenshots}/error-${name}.png` })
    const text = await page.locator('body').innerText()
    expect(text).toContain('demo/absent.json')
    expect(text).toMatch(/not found/i)
    await page.close()
  })
})

test('a url that the operator did not allow says so', async () => {
  const { page } = await openMap('/etc/passwd', sizes.desktop)
  await page.screenshot({ path: `${screenshots}/not-allowed.png` })
  expect(await page.locator('body').innerText()).toMatch(/\/etc\/passwd.*(may be read|allow)/i)
  await page.close()
})

test('the map of the elevation mosaic, with rescale, is not blank over land', async () => {
  const { page, complaints } = await openMap('demo/elevation.json', sizes.desktop, '&rescale=-500,5000')
  const canvas = await page
    .locator('canvas')
    .first()
    .screenshot({ path: `${screenshots}/elevation.png` })
  expect(complaints).toEqual([])
  expect((await coloursByCell(canvas, 4, 4)).filter((colours) => colours > 3).length).toBeGreaterThanOrEqual(8)
  await page.close()
})
