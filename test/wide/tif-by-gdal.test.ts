import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tif } from '../../src/encode/tif.ts'
import { type Crs, crsFromEpsg } from '../../src/grid/crs.ts'
import { DATA_TYPES, type Raster, samplesOf } from '../../src/raster/raster.ts'

/** A Python with rasterio; `.ci/prepare` makes one. */
const python = process.env.TEST_GDAL ?? join(homedir(), '.cache/smalti/gdal/bin/python')
const READ = `
import json, sys, numpy as np, rasterio
with rasterio.open(sys.argv[1]) as d:
    a = d.read()
    print(json.dumps({"epsg": d.crs.to_epsg(), "dtype": d.dtypes[0], "transform": list(d.transform)[:6], "shape": a.shape,
                      "alpha": d.colorinterp[-1].name == "alpha", "sums": [float(b.astype("float64").sum()) for b in a[:3]],
                      "corners": [[float(v) for v in b[[0, 0, -1, -1], [0, -1, 0, -1]]] for b in a]}))
`

function rasterOf(dtype: Raster['dtype']): Raster {
  const [width, height] = [200, 120]
  const bands = [0, 1, 2].map((band) => {
    const samples = samplesOf(dtype, width * height)
    for (let i = 0; i < samples.length; i++) samples[i] = ((i * (band + 3)) % 113) + band
    return samples
  })
  const mask = new Uint8Array(width * height).fill(255, 300)
  const crs = crsFromEpsg(32633) as Crs
  return { width, height, dtype, bands, masks: [mask, mask, mask], transform: [10, 0, 500_000, 0, -10, 5_000_000], crs }
}

const SUMMABLE = { ...rasterOf('float64'), wholeNumbers: 'int64' as const }

test.each([...DATA_TYPES.map((dtype) => [dtype, rasterOf(dtype)] as const), ['int64', SUMMABLE] as const])(
  'GDAL reads a GeoTIFF of %s',
  async (dtype, raster) => {
    if (!existsSync(python) && process.env.CI !== 'true') return console.warn(`no Python with rasterio at ${python}: not checked`)
    const folder = mkdtempSync(join(tmpdir(), 'smalti-tif-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'picture.tif')
    writeFileSync(path, await tif.encode(raster, { mask: true }))
    const read = JSON.parse(execFileSync(python, ['-c', READ, path], { encoding: 'utf8' }))
    expect(read).toMatchObject({ epsg: 32633, dtype, transform: [10, 0, 500_000, 0, -10, 5_000_000], shape: [4, 120, 200] })
    expect(read.alpha).toBe(dtype === 'uint8' || dtype === 'uint16')
    expect(read.sums).toEqual(raster.bands.map((band) => [...band].reduce((sum, value) => sum + value, 0)))
    const corners = [0, 199, 119 * 200, 120 * 200 - 1]
    expect(read.corners.slice(0, 3)).toEqual(raster.bands.map((band) => corners.map((i) => band[i])))
    expect(read.corners[3][0]).toBeLessThan(read.corners[3][3])
  },
)
