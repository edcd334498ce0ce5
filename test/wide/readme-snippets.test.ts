import { mkdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../../scripts/servers/smalti.ts'
import { serveSite, type Site } from './clients/site.ts'
import { type Browser, openBrowser, openPage } from './browser.ts'
import { root, startDemo } from './demo.ts'
import { coloursByCell } from './picture.ts'

let smalti: Running
let browser: Browser
let site: Site
let page: string

beforeAll(async () => {
  await mkdir(`${root}.cache/screenshots`, { recursive: true })
  smalti = await startDemo()
  browser = await openBrowser()
  site = await serveSite(() => page)
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
  await smalti?.stop()
})

/** The html block after the comment `<!-- snippet: NAME -->`, as it stands; only the server's address is this run's. */
async function snippet(name: string, file: string): Promise<string> {
  const readme = await readFile(`${root}${file}`, 'utf8')
  const block = new RegExp(`<!-- snippet: ${name} -->\\s*\`\`\`html\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1]
  if (block === undefined) throw new Error(`${file} has no snippet ${name}`)
  return block.replaceAll('http://127.0.0.1:8000', smalti.base)
}

test.each([
  ['leaflet', 'README.md'],
  ['maplibre', 'docs/maps.md'],
])('the %s snippet of %s shows the mosaic, as it stands there', async (name, file) => {
  page = await snippet(name, file)
  const watched = await openPage(browser, { width: 1000, height: 700 })
  let tiles = 0
  watched.page.on('response', (reply) => {
    if (reply.url().startsWith(smalti.base) && reply.headers()['content-type']?.startsWith('image/')) tiles++
  })
  await watched.page.goto(`${site.base}/`)
  await watched.page.waitForLoadState('networkidle')
  await watched.page.waitForTimeout(1000)
  const picture = await watched.page.screenshot({ path: `${root}.cache/screenshots/${name}.png` })
  // A cell without a tile has one colour; the middle of the map has none of those.
  const blank = (await coloursByCell(picture, 5, 5)).filter((colours) => colours < 3).length
  expect({ complaints: watched.complaints, blank }).toEqual({ complaints: [], blank: 0 })
  expect(tiles).toBeGreaterThanOrEqual(4)
  await watched.page.close()
})
