import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../../scripts/servers/smalti.ts'
import { startDemo, world } from './demo.ts'

/** What QGIS sends for an XYZ layer, tile after tile on connections that it keeps. */
const headers = {
  'user-agent': 'Mozilla/5.0 QGIS/33411/Debian GNU/Linux 12 (bookworm)',
  accept: '*/*',
  'accept-encoding': 'gzip, deflate',
  'accept-language': 'en-US,*',
  connection: 'Keep-Alive',
}

let smalti: Running

beforeAll(async () => {
  smalti = await startDemo()
})

afterAll(() => smalti?.stop())

test('an XYZ template as QGIS plays it: every tile of a view a PNG of 256 pixels, over kept connections', async () => {
  const template = `${smalti.base}/mosaic/{z}/{x}/{y}.png?url=${encodeURIComponent(world)}`
  const agent = new Agent({ keepAlive: true, maxSockets: 6 })
  const ports = new Set<number>()
  const tiles = Array.from({ length: 16 }, (_, at) => ({ z: 2, x: at % 4, y: Math.floor(at / 4) }))
  const replies = await Promise.all(
    tiles.map(async ({ z, x, y }) => {
      const url = template.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y))
      const sent = request(url, { agent, headers }).end()
      const [reply] = await once(sent, 'response')
      ports.add(sent.socket?.localPort ?? 0)
      const parts: Buffer[] = []
      for await (const part of reply) parts.push(part as Buffer)
      return {
        status: reply.statusCode as number,
        type: reply.headers['content-type'],
        encoding: reply.headers['content-encoding'],
        body: Buffer.concat(parts),
      }
    }),
  )
  agent.destroy()
  for (const { status, type, encoding, body } of replies) {
    expect([status, type, encoding]).toEqual([200, 'image/png', undefined])
    expect(body.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n')
    expect([body.readUInt32BE(16), body.readUInt32BE(20)]).toEqual([256, 256])
  }
  expect(ports.size).toBeLessThanOrEqual(6)
})

test('a template whose url is not encoded works too, with @2x for sharp screens', async () => {
  const reply = await fetch(`${smalti.base}/mosaic/2/1/1@2x.png?url=${world}`, { headers })
  const body = Buffer.from(await reply.arrayBuffer())
  expect([reply.status, body.readUInt32BE(16)]).toEqual([200, 512])
})

test('leaving the view ends the work: the server answers the next tile at once', async () => {
  const left = Array.from({ length: 24 }, (_, at) => {
    const aborter = new AbortController()
    const sent = fetch(`${smalti.base}/mosaic/5/${at}/12.png?url=${world}`, { headers, signal: aborter.signal }).catch(
      () => undefined,
    )
    setTimeout(() => aborter.abort(), 5)
    return sent
  })
  await Promise.all(left)
  const reply = await fetch(`${smalti.base}/mosaic/1/0/0.png?url=${world}`, { headers, signal: AbortSignal.timeout(5000) })
  expect(reply.status).toBe(200)
})
