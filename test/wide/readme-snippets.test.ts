import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../../scripts/servers/smalti.ts'
import { type Browser, openBrowser, openPage } from './browser.ts'
import { root, startDemo } from './demo.ts'
import { coloursByCell } from './picture.ts'

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
}

let smalti: Running
let browser: Browser
let site: Server
let page: string

/** What a user's own web server would do: the snippet as a page, and the installed packages beside it. */
async function serveSite(): Promise<Server> {
  const server = createServer((request, reply) => {
    const path = normalize(new URL(request.url ?? '/', 'http://site').pathname)
    if (path === '/') reply.setHeader('content-type', 'text/html').end(page)
    else if (path.startsWith('/node_modules/'))
      readFile(join(root, path)).then(
        (bytes) => reply.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(bytes),
        () => reply.writeHead(404).end(),
      )
    else reply.writeHead(path === '/favicon.ico' ? 204 : 404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

beforeAll(async () => {
  await mkdir(`${root}.cache/screenshots`, { recursive: true })
  smalti = await startDemo()
  browser = await openBrowser()
  site = await serveSite()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  site?.close()
  site?.closeAllConnections()
  await smalti?.stop()
})

/** The html block after the comment `<!-- snippet: NAME -->`, as it stands; only the server's address is this run's. */
async function snippet(name: string): Promise<string> {
  const readme = await readFile(`${root}README.md`, 'utf8')
  const block = new RegExp(`<!-- snippet: ${name} -->\\s*\`\`\`html\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1]
  if (block === undefined) throw new Error(`README.md has no snippet ${name}`)
  return block.replaceAll('http://127.0.0.1:8000', smalti.base)
}

test.each(['leaflet', 'maplibre'])("the README's %s snippet shows the mosaic, as it stands there", async (name) => {
  page = await snippet(name)
  const address = site.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const watched = await openPage(browser, { width: 1000, height: 700 })
  let tiles = 0
  watched.page.on('response', (reply) => {
    if (reply.url().startsWith(smalti.base) && reply.headers()['content-type']?.startsWith('image/')) tiles++
  })
  await watched.page.goto(`http://127.0.0.1:${port}/`)
  await watched.page.waitForLoadState('networkidle')
  await watched.page.waitForTimeout(1000)
  const picture = await watched.page.screenshot({ path: `${root}.cache/screenshots/${name}.png` })
  // A cell without a tile has one colour; the middle of the map has none of those.
  const blank = (await coloursByCell(picture, 5, 5)).filter((colours) => colours < 3).length
  expect({ complaints: watched.complaints, blank }).toEqual({ complaints: [], blank: 0 })
  expect(tiles).toBeGreaterThanOrEqual(4)
  await watched.page.close()
})
