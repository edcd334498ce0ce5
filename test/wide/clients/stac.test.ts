import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RealServer, startReal } from '../../../scripts/servers/real.ts'
import { freePort, type Running, startSmalti } from '../../../scripts/servers/smalti.ts'
import { hasPython, told } from './python.ts'

const there = existsSync(join(process.env.TEST_SERVERS ?? join(homedir(), '.cache/smalti/servers'), 'stac/bin/uvicorn'))
const pieces = new URL('../../fixtures/mosaics/pieces/', import.meta.url).pathname
const boxes = { west: [10, 48.5, 12, 50], east: [11.6, 48.5, 13.6, 50] } as const

function itemOf(name: keyof typeof boxes) {
  const [w, s, e, n] = boxes[name]
  const ring = [
    [w, s],
    [e, s],
    [e, n],
    [w, n],
    [w, s],
  ]
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    stac_extensions: [],
    id: name,
    collection: 'pieces',
    geometry: { type: 'Polygon', coordinates: [ring] },
    bbox: boxes[name],
    properties: { datetime: '2024-05-01T00:00:00Z' },
    links: [],
    // Of a disk, as the item comes from the web: a bare path would be one of the web server's.
    assets: { data: { href: `file://${pieces}${name}.tif`, type: 'image/tiff; application=geotiff; profile=cloud-optimized' } },
  }
}

const collection = {
  type: 'Collection',
  stac_version: '1.0.0',
  id: 'pieces',
  description: 'The fixtures',
  license: 'CC0-1.0',
  extent: { spatial: { bbox: [[10, 48.5, 13.6, 50]] }, temporal: { interval: [['2024-01-01T00:00:00Z', null]] } },
  links: [],
}

describe.skipIf((!there || !hasPython) && process.env.CI !== 'true')('pystac-client beside the server', () => {
  let api: RealServer
  let smalti: Running
  beforeAll(async () => {
    api = await startReal('stac', 'start', await freePort())
    smalti = await startSmalti(['--allow', pieces, '--allow', `${api.base}/`, '--allow', `stac+${api.base}/`])
    for (const [path, body] of [
      ['/collections', collection],
      ['/collections/pieces/items', { type: 'FeatureCollection', features: [itemOf('east'), itemOf('west')] }],
    ] as const) {
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch(api.base + path, { method: 'POST', headers, body: JSON.stringify(body) })
      if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    }
  })
  afterAll(async () => {
    await smalti?.stop()
    await api?.[Symbol.asyncDispose]()
  })

  test('an item that it finds is shown, and the same search is a mosaic of the same files', async () => {
    const said = await told<Record<string, unknown>>('stac_client.py', smalti.base, api.base, 'pieces')
    expect(said).toMatchObject({
      items: ['east', 'west'],
      hrefs: [`file://${pieces}east.tif`, `file://${pieces}west.tif`],
      assets: ['data'],
      preview: 'image/png',
      mosaic: [`file://${pieces}east.tif`, `file://${pieces}west.tif`],
      minzoom: 5,
    })
    const { info } = said as { info: { bounds: number[] } }
    expect(info.bounds).toHaveLength(4)
  })
})
