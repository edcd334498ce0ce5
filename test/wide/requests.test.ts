import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cpus } from 'node:os'

import { expect, it } from 'vitest'

import { makeDemo } from '../../scripts/demo/make.ts'
import { startReal } from '../../scripts/servers/real.ts'
import { freePort } from '../../scripts/servers/smalti.ts'
import { readAsset } from '../../src/asset.ts'
import { createCogs } from '../../src/cog/cogs.ts'
import { apply } from '../../src/grid/affine.ts'
import { WEB_MERCATOR, WGS84 } from '../../src/grid/crs.ts'
import { tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'
import { transformer } from '../../src/grid/transformer.ts'
import { createNet } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { createPool } from '../../src/work/create-pool.ts'
import { demoFolder } from './demo.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const tms = tileMatrixSet('WebMercatorQuad')

/** Tiles of all zooms of the demo in the middle of a file. */
function tilesAt(lon: number, lat: number): { z: number; x: number; y: number }[] {
  return [0, 1, 2, 3, 4].map((z) => {
    const [x, y] = transformer(WGS84, WEB_MERCATOR).forward(lon, lat)
    const place = (value: number) => Math.floor((value / (2 * Math.PI * 6378137) + 0.5) * 2 ** z)
    return { z, x: place(x), y: 2 ** z - 1 - place(y) }
  })
}

it('a cold file behind nginx takes at most two requests for a tile, an opened one at most one in 95 % of the cases', async () => {
  await makeDemo(() => undefined)
  await using files = await startReal('nginx', 'files', await freePort(), demoFolder)
  const net = createNet({ allow: [`${files.base}/`], cwd: demoFolder })
  const pool = await createPool({ workers: Math.min(2, cpus().length), log: silent })
  const { signal } = new AbortController()
  const fresh = () => createCogs({ net, pool, memory: 2 ** 26, ttl: 60 })
  const cold: number[] = []
  const warm: number[] = []
  try {
    for (const name of readdirSync(join(demoFolder, 'blue-marble'))) {
      const href = `${files.base}/blue-marble/${name}`
      const { info } = await fresh().open(href, { signal })
      const centre = transformer(info.crs, WGS84).forward(...apply(info.transform, info.width * 0.4, info.height * 0.6))
      for (const { z, x, y } of tilesAt(...centre)) {
        const bbox = tileBounds(tms, z, x, y)
        const request = {
          bbox,
          crs: WEB_MERCATOR,
          width: 256,
          height: 256,
          resampling: 'bilinear',
          reproject: 'bilinear',
        } as const
        const first = { signal, trace: newTrace() }
        await readAsset({ cogs: fresh(), pool }, href, request, first)
        cold.push(first.trace.reads)
        const opened = fresh()
        await opened.open(href, { signal })
        const second = { signal, trace: newTrace() }
        await readAsset({ cogs: opened, pool }, href, request, second)
        warm.push(second.trace.reads)
      }
    }
  } finally {
    await pool.close()
    await net.close()
  }
  expect(cold.length).toBeGreaterThan(100)
  expect(Math.max(...cold)).toBeLessThanOrEqual(2)
  expect(warm.filter((reads) => reads <= 1).length / warm.length).toBeGreaterThanOrEqual(0.95)
  // Header and small overviews come with one request.
  expect(Math.min(...cold)).toBe(1)
})
