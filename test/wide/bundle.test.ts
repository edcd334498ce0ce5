import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Running } from '../../scripts/servers/smalti.ts'
import { firstTile, WAYS } from '../../bench/start.ts'
import { demoFolder, root, startDemo, world } from './demo.ts'

let smalti: Running

beforeAll(async () => {
  execFileSync(process.execPath, [`${root}scripts/bundle.mjs`], { stdio: 'inherit' })
  smalti = await startDemo('--allow', 's3://a-bucket-of-nobody/')
})

afterAll(() => smalti?.stop())

test('the server runs from its bundle while no source has changed', () => {
  expect(readFileSync(`/proc/${smalti.pid}/cmdline`, 'utf8')).toContain('/node_modules/.cache/bundle/')
})

test.each([
  ['a tile', `/mosaic/2/1/1.webp?url=${world}`, 200, 'image/webp'],
  ['GeoTIFF', `/mosaic/2/1/1.tif?url=${world}&tilesize=64`, 200, 'image/tiff'],
  ['the page of the map', `/mosaic/map?url=${world}`, 200, 'text/html'],
  ['the page of the API', '/api.html', 200, 'text/html'],
  ['its description', '/api', 200, 'application/'],
  ['a list', '/colorMaps/viridis', 200, 'application/json'],
  ['metrics', '/metrics', 200, 'text/plain'],
  // Parts that are loaded when they are first needed, from packages that are not in the bundle.
  ['what a scheme needs', '/mosaic/info?url=s3://another-bucket/mosaic.json', 403, 'application/json'],
])('%s comes from it', async (_, path, status, type) => {
  const reply = await fetch(smalti.base + path)
  expect([reply.status, reply.headers.get('content-type')]).toEqual([status, expect.stringContaining(type)])
  expect((await reply.arrayBuffer()).byteLength).toBeGreaterThan(50)
})

test('the scripts and styles of its pages are found', async () => {
  const page = await (await fetch(`${smalti.base}/mosaic/map?url=${world}`)).text()
  const links = [...page.matchAll(/(?:src|href)="([^"]+\.(?:js|css|mjs)[^"]*)"/g)].map(([, link]) => link)
  expect(links.length).toBeGreaterThan(0)
  for (const link of links) {
    const reply = await fetch(new URL(link, `${smalti.base}/mosaic/map`))
    expect([link, reply.status]).toEqual([link, 200])
    await reply.arrayBuffer()
  }
})

function help(args: readonly string[]): string {
  return execFileSync(process.execPath, [...args, '--help'], { encoding: 'utf8', cwd: root })
}

test('the help of the server is that of its sources', () => {
  const bundled = help(['src/server.ts'])
  expect(bundled).toContain('--allow')
  // With a flag of Node's the sources run.
  expect(bundled).toBe(help(['--no-warnings', 'src/server.ts']))
  expect(help(['src/main.ts', 'serve'])).toBe(bundled)
})

test('its first tile takes at most nine tenths of the processor time that the sources take (measured: 0.7)', async () => {
  const path = `/mosaic/2/1/1.webp?url=${world}`
  const bundle: number[] = []
  const sources: number[] = []
  for (let round = 0; round < 3; round++) {
    bundle.push((await firstTile(WAYS.bundle, path, demoFolder)).cpu)
    sources.push((await firstTile(WAYS.sources, path, demoFolder)).cpu)
  }
  expect(Math.min(...bundle)).toBeLessThan(Math.min(...sources) * 0.9)
}, 60_000)

test('nothing of its log is an error', () => {
  expect(smalti.output()).not.toMatch(/"level":(50|60)/)
})
