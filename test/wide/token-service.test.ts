import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSmalti } from '../../scripts/servers/smalti.ts'
import type { MosaicJSON } from '../../src/mosaic/document.ts'
import { serve, serveRange } from '../net/local-server.ts'
import { temporaryFolder } from '../net/temporary-folder.ts'

const mosaics = new URL('../fixtures/mosaics/', import.meta.url)

test('tiles of a storage that wants signatures, from a token service; no signature is told to anybody', async () => {
  const [token, key] = ['st=2024&sig=hushSignature%2B', 'hushSubscription']
  let isWithdrawn = false
  const storage = await serve((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://host')
    if (pathname === '/api/sas/v1/token/naip/pieces') {
      if (request.headers['ocp-apim-subscription-key'] !== key) return void response.writeHead(401).end()
      return void response.end(JSON.stringify({ token, 'msft:expiry': new Date(Date.now() + 3_600_000).toISOString() }))
    }
    if (search !== `?${token}` || isWithdrawn) return void response.writeHead(403).end()
    return serveRange(request, response, readFileSync(new URL(pathname.replace('/naip/', ''), mosaics)))
  })
  const folder = temporaryFolder()
  const document = JSON.parse(readFileSync(new URL('mosaic.json', mosaics), 'utf8')) as MosaicJSON
  const url = join(folder, 'mosaic.json')
  writeFileSync(url, JSON.stringify({ ...document, asset_prefix: `${storage.origin}/naip/${document.asset_prefix ?? ''}` }))
  const entries = [
    { prefix: `${storage.origin}/naip/`, tokenEndpoint: `${storage.origin}/api/sas/v1/token` },
    { prefix: `${storage.origin}/api/`, headers: { 'Ocp-Apim-Subscription-Key': { env: 'SUBSCRIPTION' } } },
  ]
  writeFileSync(join(folder, 'credentials.json'), JSON.stringify(entries))
  process.env.SUBSCRIPTION = key
  const flags = ['--allow', folder, '--allow', `${storage.origin}/naip/`, '--credentials', join(folder, 'credentials.json')]
  await using server = await startSmalti([...flags, '--log-level', 'debug', '--memory', '1000000'])
  const get = (path: string, more = '') => fetch(`${server.base}${path}?url=${encodeURIComponent(url)}${more}`)
  const told: string[] = []
  const answer = async (reply: Response) => {
    told.push(JSON.stringify([...reply.headers]), await reply.text())
    return reply.status
  }
  const [west, south, east, north] = document.bounds ?? [0, 0, 0, 0]
  expect(await answer(await get(`/mosaic/bbox/${west},${south},${east},${north}/64x64.png`))).toBe(200)
  expect(await answer(await get('/mosaic/tilejson.json'))).toBe(200)
  expect(await answer(await get(`/mosaic/point/${(west * 3 + east) / 4},${(south + north) / 2}`))).toBe(200)
  expect(storage.requests.filter(({ url: asked }) => asked?.startsWith('/api/'))).toHaveLength(1)
  isWithdrawn = true
  const piece = encodeURIComponent(`${storage.origin}/naip/pieces/absent.tif`)
  expect(await answer(await fetch(`${server.base}/cog/info?url=${piece}`))).toBe(401)
  expect(told.join() + server.output()).toContain('/naip/pieces/')
  expect(told.join() + server.output()).not.toMatch(/hush|sig=/)
})
