import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Arena } from '../src/cog/arena.ts'
import { composeAssets } from '../src/compose-assets.ts'
import { selections } from '../src/compose/registry.ts'
import { parseConfig } from '../src/config.ts'
import { encodeRaster } from '../src/encode-raster.ts'
import { createEngine, type Engine } from '../src/engine.ts'
import { WGS84 } from '../src/grid/crs.ts'
import { newTrace } from '../src/net/source.ts'
import { paintAssets } from '../src/paint-assets.ts'
import { createPool } from '../src/work/create-pool.ts'

const FIXTURES = new URL('./fixtures/', import.meta.url).pathname
/** All with three bands of bytes around 11 degrees east, 49 north; two with a mask. */
const RGB = ['rgb-jpeg-mask.tif', 'rgb-jpeg-444-mask8.tif', 'rgb-zstd-p2.tif', 'rgb-webp-lossless.tif'].map((f) => FIXTURES + f)
const grid = {
  bbox: [9.5, 48, 12.5, 51],
  crs: WGS84,
  width: 96,
  height: 96,
  resampling: 'nearest',
  reproject: 'nearest',
} as const
const options = { kind: 'mosaic', returnMask: true, format: 'png', onError: 'skip' } as const
const silent = { warn: () => undefined, error: () => undefined }
const room = new Arena(1 << 22)
let engine: Engine

const work = () => ({ signal: new AbortController().signal, trace: newTrace() })

beforeAll(async () => {
  const pool = createPool({ workers: 2, log: silent }).then((made) => ({ ...made, room }))
  engine = await createEngine(parseConfig(['--allow', FIXTURES], {}), pool)
})
afterAll(() => engine.close())

// Tolerance: none. The bytes of the file, against those that one thread makes of the same parts.
describe.each(Object.keys(selections))('pixel selection %s', (pixelSelection) => {
  it.each([1, 2, 4])('gives the same picture of %i assets as without threads, and gives all memory back', async (count) => {
    const hrefs = RGB.slice(0, count)
    const chosen = { ...options, pixelSelection, bidx: [1, 2, 3, 1].slice(0, pixelSelection.startsWith('lastband') ? 4 : 3) }
    const asked = { ...grid, bands: chosen.bidx.map((band) => band - 1) }
    const { raster, used } = await composeAssets(engine, hrefs, asked, chosen, work())
    if (!raster) throw new Error('the assets touch the grid')
    const wanted = await encodeRaster(raster, chosen, newTrace())
    const { painted, used: alsoUsed } = await paintAssets(engine, hrefs, asked, chosen, work())
    expect(Buffer.from(painted?.picture?.body ?? []).equals(wanted.body)).toBe(true)
    expect(alsoUsed).toEqual(used)
    expect(room.used).toBe(0)
  })
})

describe('pictures that many ask for at a time, so that the threads are busy', () => {
  it.each(['first', 'lowest'])('%s is the same picture of the same assets', async (pixelSelection) => {
    const hrefs = [...RGB.slice(1), ...RGB, ...RGB]
    const chosen = { ...options, pixelSelection }
    const { raster, used } = await composeAssets(engine, hrefs, grid, chosen, work())
    if (!raster) throw new Error('the assets touch the grid')
    const wanted = await encodeRaster(raster, chosen, newTrace())
    const all = await Promise.all(Array.from({ length: 12 }, () => paintAssets(engine, hrefs, grid, chosen, work())))
    for (const { painted, used: alsoUsed } of all) {
      expect(Buffer.from(painted?.picture?.body ?? []).equals(wanted.body)).toBe(true)
      expect(alsoUsed).toEqual(used)
    }
    expect(room.used).toBe(0)
  })

  it('are of the assets that can be read', async () => {
    const hrefs = [RGB[0], `${FIXTURES}absent.tif`, RGB[1], RGB[2]]
    const readable = hrefs.toSpliced(1, 1)
    const chosen = { ...options, pixelSelection: 'first' }
    const { painted } = await paintAssets(engine, readable, grid, chosen, work())
    const all = await Promise.all(Array.from({ length: 12 }, () => paintAssets(engine, hrefs, grid, chosen, work())))
    for (const picture of all) expect(picture.painted?.picture?.body).toEqual(painted?.picture?.body)
    expect(room.used).toBe(0)
  })
})

describe('what goes wrong', () => {
  it('is the picture’s fault where assets do not fit each other, also where unreadable ones are skipped', async () => {
    const hrefs = [RGB[0], `${FIXTURES}gray-jpeg.tif`]
    const painting = paintAssets(engine, hrefs, grid, { ...options, pixelSelection: 'first' }, work())
    await expect(painting).rejects.toThrow(/gray-jpeg\.tif: has 1 bands, those before it 3/)
    expect(room.used).toBe(0)
  })

  it('is skipped and named where an asset cannot be read', async () => {
    const hrefs = [`${FIXTURES}absent.tif`, RGB[0]]
    const { painted, skipped } = await paintAssets(engine, hrefs, grid, { ...options, pixelSelection: 'first' }, work())
    expect(skipped).toEqual([hrefs[0]])
    expect(painted?.picture?.mediaType).toBe('image/png')
  })

  it('ends at once when nobody waits any more, and gives its memory back', async () => {
    const stop = new AbortController()
    const painting = paintAssets(
      engine,
      RGB,
      { ...grid, width: 512, height: 512 },
      { ...options, pixelSelection: 'median' },
      {
        signal: stop.signal,
        trace: newTrace(),
      },
    )
    stop.abort(new Error('gone'))
    await expect(painting).rejects.toThrow('gone')
    await expect.poll(() => room.used).toBe(0)
  })
})
