import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../routes/context.ts'
import { COLORMAP_NAMES } from '../../src/render/colormap/named.ts'
import { mosaicUrl, testingApp } from './testing-app.ts'

let app: App
let close: () => Promise<void>
beforeAll(async () => {
  const testing = await testingApp({
    until: (closing) => {
      close = closing
    },
  })
  app = testing.app
})
afterAll(async () => close())

describe('/colorMaps', () => {
  test('lists every name with a link to its table', async () => {
    const { colormaps } = (await app.inject('/colorMaps')).json() as { colormaps: { id: string; links: { href: string }[] }[] }
    expect(colormaps.map(({ id }) => id)).toEqual(COLORMAP_NAMES)
    expect(colormaps[0].links[0].href).toMatch(/\/colorMaps\/accent$/)
  })

  test('a table has 256 colours', async () => {
    const reply = await app.inject('/colorMaps/viridis')
    const table = reply.json() as Record<string, number[]>
    expect(Object.keys(table)).toHaveLength(256)
    expect([table['0'], table['255']]).toEqual([
      [68, 1, 84, 255],
      [253, 231, 36, 255],
    ])
    expect(reply.headers['cache-control']).toBe('public, max-age=3600')
  })

  test.each([
    ['f=png', 256, 20],
    ['f=png&orientation=vertical', 20, 256],
    ['f=png&orientation=vertical&width=7&height=100', 7, 100],
  ])('%s: a picture of %i x %i', async (query, width, height) => {
    const { rawPayload, headers } = await app.inject(`/colorMaps/viridis?${query}`)
    expect(headers['content-type']).toBe('image/png')
    expect(await sharp(rawPayload).metadata()).toMatchObject({ width, height })
  })

  test.each(['/colorMaps/no_such_map', '/colorMaps/viridis?f=bmp', '/colorMaps/viridis?f=png&width=100000'])(
    '%s: 422',
    async (path) => {
      expect((await app.inject(path)).statusCode).toBe(422)
    },
  )
})

describe('render parameters that cannot be', () => {
  const tile = `/mosaic/6/34/22.png?url=${encodeURIComponent(mosaicUrl)}`
  const tileJson = `/mosaic/tilejson.json?url=${encodeURIComponent(mosaicUrl)}`

  test.each([
    ['expression=b1%2B', 400, 'expression'],
    ['expression=', 422, 'expression'],
    ['colormap=%7B', 400, 'colormap'],
    ['colormap_name=no_such_map', 422, 'colormap_name'],
    ['color_formula=gama+rgb+2', 422, 'color_formula'],
    ['unscale=perhaps', 422, 'unscale'],
  ])('%s: %i that names it, of tiles and of TileJSON', async (query, status, name) => {
    for (const address of [tile, tileJson]) {
      const reply = await app.inject(`${address}&${query}`)
      expect(reply.statusCode).toBe(status)
      expect(reply.body).toContain(name)
    }
  })
})
