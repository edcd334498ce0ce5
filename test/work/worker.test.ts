import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCogs } from '../../src/cog/cogs.ts'
import { decodeBlock } from '../../src/cog/decode/decode-block.ts'
import { UnreadableAssetError } from '../../src/errors.ts'
import { WEB_MERCATOR } from '../../src/grid/crs.ts'
import { tileAt, tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'
import { createNet } from '../../src/net/net.ts'
import { planPart } from '../../src/raster/plan.ts'
import { warpPart } from '../../src/raster/warp.ts'
import { createPool } from '../../src/work/create-pool.ts'
import type { Pool } from '../../src/work/pool.ts'

const FIXTURES = new URL('../fixtures/', import.meta.url).pathname
const log = { warn: () => undefined, error: () => undefined }
const net = createNet({ allow: [FIXTURES], cwd: FIXTURES })
const LAYOUT = {
  name: 'corrupt.tif',
  compression: 8,
  predictor: 1,
  storedWidth: 16,
  storedHeight: 16,
  maxHeight: 16,
  x: 0,
  y: 0,
  width: 16,
  height: 16,
  samples: 1,
  dtype: 'uint8',
  bitsPerSample: 8,
  littleEndian: true,
  photometric: 1,
  isMask: false,
  fill: 0,
} as const
let pool: Pool

beforeAll(async () => {
  pool = await createPool({ workers: 2, log })
})
afterAll(async () => {
  await pool.close()
  await net.close()
})

// Tolerance: none. rgb-jpeg-mask.tif lies at 10 to 12 degrees east, in blocks of 256 with a mask.
it('decodes and warps in threads to the very arrays of this thread, with the blocks in shared memory', async () => {
  const path = `${FIXTURES}rgb-jpeg-mask.tif`
  const here = createCogs({ net, pool: { decode: (layout, bytes) => decodeBlock(layout, bytes) }, memory: 1 << 26, ttl: 60 })
  const there = createCogs({ net, pool, memory: 1 << 26, ttl: 60 })
  const cog = await here.open(path, {})
  const tms = tileMatrixSet('WebMercatorQuad')
  const { x, y } = tileAt(tms, 10.8, 49.4, 8)
  const grid = { bbox: tileBounds(tms, 8, x, y), crs: WEB_MERCATOR, width: 128, height: 128 }
  const plan = planPart(cog.info, { ...grid, resampling: 'nearest', reproject: 'nearest' })
  if (!plan) throw new Error('the tile misses the file')
  const options = { bands: plan.bands, mask: plan.mask }
  const wanted = await cog.withWindows(plan.windows, options, (windows) => warpPart(plan, windows))
  const threaded = await there.open(path, {})
  const part = await threaded.withWindows(plan.windows, options, (windows) => {
    expect(windows[0].blocks[0].bands[0]?.buffer).toBeInstanceOf(SharedArrayBuffer)
    return pool.warp(plan, windows)
  })
  expect(part).toEqual(wanted)
  expect(wanted.masks[0].includes(255) && wanted.masks[0].includes(0)).toBe(true)
  await Promise.all([here.close(), there.close()])
})

it('hands over a block that has no memory to go to', async () => {
  const block = await pool.decode({ ...LAYOUT, compression: 1 }, new Uint8Array(256).fill(9))
  expect(block).toMatchObject({ x: 0, y: 0, width: 16, height: 16 })
  expect(block.bands[0]).toEqual(new Uint8Array(256).fill(9))
  expect(block.bands[0]?.buffer).toBeInstanceOf(ArrayBuffer)
})

it('says which file a corrupt block is of, as the error that decoding throws', async () => {
  const failure = pool.decode(LAYOUT, Uint8Array.of(1, 2, 3))
  await expect(failure).rejects.toThrow(UnreadableAssetError)
  await expect(failure).rejects.toThrow(/corrupt\.tif/)
})
