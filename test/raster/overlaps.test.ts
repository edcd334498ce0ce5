import { expect, test } from 'vitest'
import { crsFromEpsg, WGS84 } from '../../src/grid/crs.ts'
import { tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'
import { overlaps } from '../../src/raster/plan.ts'

const polar = tileMatrixSet('UPSArcticWGS84Quad')
const tile = (z: number, x: number, y: number) => ({ bbox: tileBounds(polar, z, x, y), crs: polar.crs })
const mercator = crsFromEpsg(3857) ?? WGS84
/** 60 to 75 N, 20 to 50 E, in degrees and in Web Mercator. */
const files = {
  degrees: { width: 300, height: 150, transform: [0.1, 0, 20, 0, -0.1, 75], crs: WGS84 },
  mercator: { width: 334, height: 454, transform: [10_000, 0, 2_226_390, 0, -10_000, 12_932_243], crs: mercator },
} as const

// rio-tiler 9.4: Reader(file, tms=UPSArcticWGS84Quad).tile(x, y, z) has valid pixels at 0/0/0 and 1/1/1, and none at 1/0/0.
test.each(['degrees', 'mercator'] as const)('a file in %s inside a tile that holds the pole overlaps it', (name) => {
  expect(overlaps(files[name], tile(0, 0, 0))).toBe(true)
  expect(overlaps(files[name], tile(1, 1, 1))).toBe(true)
  expect(overlaps(files[name], tile(1, 0, 0))).toBe(false)
})
