import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { bandOf, writeCog } from '../../scripts/fixtures/cog-writer.ts'
import { quadkey } from '../../src/grid/quadkey.ts'
import { tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'
import { FileBackend } from '../../src/index.ts'
import { temporaryFolder, twoPieces } from '../overview/pieces.ts'

const run = promisify(execFile)
/** A Python with rasterio, rio-cogeo and cogeo-mosaic; `.ci/prepare` makes one. */
const python = process.env.TEST_GDAL ?? join(homedir(), '.cache/smalti/gdal/bin/python')

/** rio-cogeo's verdict, GDAL's view of the levels, and the full image beside rio-tiler's tiles of the same mosaic. */
const COMPARE = `
import json, sys, numpy as np, rasterio
from rio_cogeo.cogeo import cog_validate
from cogeo_mosaic.backends import MosaicBackend
path, mosaic, zoom = sys.argv[1], sys.argv[2], int(sys.argv[3])
valid, errors, warnings = cog_validate(path, strict=True, quiet=True)
out = {"valid": valid, "errors": errors, "warnings": warnings}
with rasterio.open(path) as d:
    out.update(epsg=d.crs.to_epsg(), dtypes=list(d.dtypes), overviews=d.overviews(1), mask=[f.name for f in d.mask_flag_enums[0]],
               colors=[c.name for c in d.colorinterp])
    full, mask = d.read(), d.dataset_mask()
    levels = len(d.overviews(1))
differ = []
for level in range(levels):
    with rasterio.open(path, overview_level=level) as d:
        data, m = d.read(), d.dataset_mask()
    v = (mask > 0).astype("float64")
    fold = lambda a: a.reshape(a.shape[0] // 2, 2, a.shape[1] // 2, 2).sum(axis=(1, 3))
    n = fold(v)
    for b in range(data.shape[0]):
        mean = np.floor(fold(full[b] * v) / np.maximum(n, 1) + 0.5)
        differ.append(int((np.abs(mean - data[b]) * (n > 0)).max()))
    differ.append(int(((m > 0) != (n > 0)).sum()))
    full, mask = data, m
out["levels"] = differ
with rasterio.open(path) as d:
    full, mask = d.read(), d.dataset_mask()
    x0, y0 = [round(a / 256 / d.res[0]) for a in (d.bounds.left + 20037508.342789244, 20037508.342789244 - d.bounds.top)]
same = total = 0
with MosaicBackend(mosaic) as m:
    for x in range(x0, x0 + full.shape[2] // 256):
        for y in range(y0, y0 + full.shape[1] // 256):
            win = np.s_[(y - y0) * 256:(y - y0 + 1) * 256, (x - x0) * 256:(x - x0 + 1) * 256]
            ours, ourmask = full[:, win[0], win[1]], mask[win] > 0
            try:
                img, _ = m.tile(x, y, zoom)
                data, good = img.data, img.mask > 0
            except Exception as e:
                assert type(e).__name__ in ("NoAssetFoundError", "EmptyMosaicError"), e
                data, good = ours, np.zeros((256, 256), bool)
            equal = (ourmask == good) & (~good | (ours == data).all(axis=0))
            same += int(equal[good | ourmask].sum()); total += int((good | ourmask).sum())
out.update(same=same, total=total)
print(json.dumps(out))
`

test('rio-cogeo validates it, GDAL finds means of valid pixels in its overviews, and rio-tiler reads the same tiles from the images', async () => {
  if (!existsSync(python) && process.env.CI !== 'true') return console.warn(`no Python with rasterio at ${python}: not checked`)
  const path = await twoPieces()
  await using mosaic = new FileBackend(path)
  const output = join(dirname(path), 'overview.tif')
  await mosaic.overview(output, { zoom: 9 })
  const { stdout } = await run(python, ['-c', COMPARE, output, path, '9'], {
    cwd: dirname(path),
    maxBuffer: 2 ** 24,
  })
  const found = JSON.parse(stdout)
  expect(found).toMatchObject({ valid: true, errors: [], warnings: [], epsg: 3857, mask: ['per_dataset'] })
  expect(found).toMatchObject({ dtypes: ['uint8', 'uint8', 'uint8'], colors: ['red', 'green', 'blue'], overviews: [2, 4, 8] })
  expect(found.levels.every((difference: number) => difference === 0)).toBe(true)
  expect(found.total).toBeGreaterThan(200_000)
  // The warper's own tolerance leaves one pixel in ten thousand to rounding.
  expect(found.same / found.total).toBeGreaterThan(0.999)
})

test.each(['jpeg', 'webp'] as const)('rio-cogeo validates it as %s', async (compression) => {
  if (!existsSync(python) && process.env.CI !== 'true') return console.warn(`no Python with rasterio at ${python}: not checked`)
  const path = await twoPieces()
  await using mosaic = new FileBackend(path)
  const output = join(dirname(path), 'overview.tif')
  await mosaic.overview(output, { zoom: 8, compression })
  const check =
    'import sys, json, rasterio; from rio_cogeo.cogeo import cog_validate; d = rasterio.open(sys.argv[1]); ' +
    'print(json.dumps([cog_validate(sys.argv[1], strict=True, quiet=True)[0], d.compression.name, d.read().shape[0], bool(d.dataset_mask().any())]))'
  const { stdout } = await run(python, ['-c', check, output])
  expect(JSON.parse(stdout)).toEqual([true, compression, 3, true])
})

/** A mosaic of `side` x `side` files of 64 x 64 pixels, one a tile of zoom 12. */
async function manyFiles(side: number): Promise<string> {
  const folder = await temporaryFolder()
  const web = tileMatrixSet('WebMercatorQuad')
  const bands = [1, 2, 3].map((n) => bandOf('uint8', 64, 64, (column, row) => (column * n + row * 3) % 251))
  const tiles: Record<string, string[]> = {}
  for (let x = 0; x < side; x++) {
    for (let y = 0; y < side; y++) {
      const [minX, , maxX, maxY] = tileBounds(web, 12, 2200 + x, 1400 + y)
      const pixel = (maxX - minX) / 64
      const name = `${x}-${y}.tif`
      const place = { crs: { epsg: 3857 }, transform: [pixel, 0, minX, 0, -pixel, maxY] } as const
      await writeCog(join(folder, name), { width: 64, height: 64, bands, blockSize: 64, ...place })
      tiles[quadkey(2200 + x, 1400 + y, 12)] = [name]
    }
  }
  const path = join(folder, 'mosaic.json')
  await writeFile(path, JSON.stringify({ mosaicjson: '0.0.3', minzoom: 12, maxzoom: 14, tiles }))
  return path
}

/** Most memory that `smalti overview` had, in MiB. */
async function peakOf(path: string): Promise<number> {
  const builder = new URL('../overview/killed-builder.ts', import.meta.url).pathname
  const { stderr } = await run(process.execPath, [builder, path, join(dirname(path), 'overview.tif'), '12'], {
    env: { ...process.env, MALLOC_ARENA_MAX: '2', SAY_PEAK: '1' },
    maxBuffer: 2 ** 24,
  })
  return Number(/peak (\d+)/.exec(stderr)?.[1])
}

test('sixteen times as many images take about the same memory', async () => {
  const few = await peakOf(await manyFiles(8))
  const many = await peakOf(await manyFiles(32))
  console.info(`peak with 64 files ${few} MiB, with 1,024 ${many} MiB`)
  expect(few).toBeGreaterThan(50)
  // Caches of headers and blocks fill up to their bounds; nothing grows with the mosaic.
  expect(many).toBeLessThan(few + 150)
  expect(many).toBeLessThan(600)
})
