import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeData } from '../../../bench/data.ts'
import type { Cog } from '../../../src/cog/cog.ts'
import { createCogs, type Cogs } from '../../../src/cog/cogs.ts'
import { decodeBlock } from '../../../src/cog/decode/decode-block.ts'
import type { BBox } from '../../../src/grid/bbox.ts'
import { crsFromUserInput } from '../../../src/grid/crs.ts'
import { createNet } from '../../../src/net/net.ts'
import { type PartRequest, planPart, type Reprojection, type Resampling } from '../../../src/raster/plan.ts'
import { bytesPerSample, type DataType, samplesOf } from '../../../src/raster/raster.ts'
import { warpPart } from '../../../src/raster/warp.ts'

/** A Python with rio-tiler; `.ci/prepare` makes one. */
const python = process.env['TEST_GDAL'] ?? join(homedir(), '.cache/smalti/gdal/bin/python')
const shared = process.env['TEST_SHARED']
const COUNT = 120
const seed = String(process.env['TEST_SEED'] ?? Date.now() % 1_000_000)

interface Picture {
  readonly file: string
  readonly crs: string
  readonly bbox: BBox
  readonly size: number
  /** 1-based; null: all but alpha. */
  readonly bands: readonly number[] | null
  readonly reproject: Reprojection
  readonly resampling: Resampling
  /** Pixels of the file that one pixel of the picture is wide. */
  readonly ratio: number
  readonly dtype: DataType
  readonly count: number
  readonly at: number
}

interface Agreement {
  values: number
  same: number
  /** Within 1; floats: within 1e-5 of the value. */
  close: number
  masks: number
}

const folder = mkdtempSync(join(tmpdir(), 'smalti-live-'))
const agreements = { nearest: none(), kernels: none() }
let net: ReturnType<typeof createNet>
let cogs: Cogs

function none(): Agreement {
  return { values: 0, same: 0, close: 0, masks: 0 }
}

async function filesOf(): Promise<string[]> {
  if (!shared) {
    await makeData(join(folder, 'data'))
    return globSync(join(folder, 'data/*.tif')).toSorted()
  }
  return [...globSync(`${shared}/data/mosaics/*/*.tif`), ...globSync(`${shared}/data/tiffs/rio-tiler/*.tif`)].toSorted()
}

beforeAll(async () => {
  if (!existsSync(python)) return
  console.log(`seed of the pictures: TEST_SEED=${seed}`)
  const out = join(folder, 'pictures')
  execFileSync(python, [join(import.meta.dirname, 'make.py'), out, seed, String(COUNT), ...(await filesOf())])
  const pixels = readFileSync(`${out}.bin`)
  net = createNet({ allow: [folder, ...(shared ? [shared] : [])], cwd: folder })
  cogs = createCogs({ net, pool: { decode: (layout, bytes) => decodeBlock(layout, bytes) }, memory: 256 << 20, ttl: 600 })
  for (const picture of JSON.parse(readFileSync(`${out}.json`, 'utf8')) as Picture[]) await compare(picture, pixels)
}, 180_000)

afterAll(async () => {
  await cogs?.close()
  await net?.close()
  rmSync(folder, { recursive: true })
})

async function compare(picture: Picture, pixels: Buffer): Promise<void> {
  const cog = await cogs.open(picture.file, {})
  const request: PartRequest = {
    ...picture,
    width: picture.size,
    height: picture.size,
    crs: crsFromUserInput(picture.crs),
    bands: picture.bands?.map((band) => band - 1),
    indexed: cog.palette !== undefined,
  }
  const plan = planPart(cog.info, request)
  // What only touches by rounding noise may be outside for one of us.
  if (!plan) return
  const options = { bands: plan.bands, mask: plan.mask }
  const part = await cog.withWindows(plan.windows, options, async (windows) => warpPart(plan, windows))
  const length = picture.size * picture.size
  const values = picture.count * length
  const start = picture.at + values * bytesPerSample(picture.dtype)
  const expected = samplesOf(picture.dtype, values, new Uint8Array(pixels.subarray(picture.at, start)).buffer)
  const kind = agreements[kindOf(picture)]
  // GDAL reads the first band of a window that sticks out through another grid (docs/pixels.md).
  const plain = plan.steps.kind === 'plain'
  const mixed = cog.palette !== undefined && picture.resampling !== 'nearest'
  if (plain && mixed) return
  const isFloat = picture.dtype === 'float32'
  for (let b = plain && sticksOut(cog, picture) ? 1 : 0; b < picture.count; b++) {
    for (let i = 0; i < length; i++) {
      const masked = pixels[start + b * length + i] === 1
      kind.values++
      if (masked !== (part.masks[b][i] === 0)) kind.masks++
      const want = expected[b * length + i]
      const got = part.bands[b][i]
      const off = masked || Object.is(want, got) ? 0 : Math.abs(want - got)
      if (off === 0) kind.same++
      if (off === 0 || off <= (isFloat ? Math.abs(want) * 1e-5 : 1)) kind.close++
    }
  }
}

/** Nearest at the file's resolution or that of an overview, or anything else. */
function kindOf({ reproject, resampling, ratio }: Picture): keyof typeof agreements {
  return reproject === 'nearest' && resampling === 'nearest' && Number.isInteger(Math.log2(ratio)) ? 'nearest' : 'kernels'
}

function sticksOut(cog: Cog, { bbox: [minX, minY, maxX, maxY] }: Picture): boolean {
  const [a, , x, , e, y] = cog.info.transform
  const [columns, rows] = [
    [(minX - x) / a, (maxX - x) / a],
    [(minY - y) / e, (maxY - y) / e],
  ]
  return (
    Math.min(...columns) < 0 ||
    Math.min(...rows) < 0 ||
    Math.max(...columns) > cog.info.width ||
    Math.max(...rows) > cog.info.height
  )
}

test('random pictures are those of rio-tiler: 99.9 % identical (nearest) or within 1 (all kernels), masks too', (context) => {
  if (!existsSync(python) && process.env['CI'] !== 'true') return context.skip(`no Python with rio-tiler at ${python}`)
  const { nearest, kernels } = agreements
  console.log(JSON.stringify(agreements))
  expect(nearest.values).toBeGreaterThan(100_000)
  expect(kernels.values).toBeGreaterThan(1_000_000)
  expect(nearest.same / nearest.values).toBeGreaterThan(0.999)
  expect(kernels.close / kernels.values).toBeGreaterThan(0.999)
  expect(nearest.masks / nearest.values).toBeLessThan(0.001)
  expect(kernels.masks / kernels.values).toBeLessThan(0.001)
})
