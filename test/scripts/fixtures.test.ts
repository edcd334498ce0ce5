import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fromArrayBuffer } from 'geotiff'
import { describe, expect, it } from 'vitest'
import { FIXTURES } from '../../scripts/fixtures/catalogue.ts'
import { inHole, patternValue } from '../../scripts/fixtures/patterns.ts'

const FOLDER = new URL('../fixtures/', import.meta.url).pathname

describe('test/fixtures', () => {
  it('holds what the catalogue lists, in less than a megabyte', async () => {
    const names = (await readdir(FOLDER, { recursive: true })).filter((name) => name.endsWith('.tif'))
    expect(names.sort()).toEqual(FIXTURES.map(({ file }) => file).sort())
    const sizes = await Promise.all((await readdir(FOLDER, { recursive: true })).map((name) => stat(join(FOLDER, name))))
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(1_000_000)
  })

  // GDAL reads all of them, values and masks, in scripts/fixtures/check.py; here what geotiff.js decodes by itself, and rightly:
  // it has no WebP and undoes no predictor of big-endian files.
  const exact = FIXTURES.filter(
    ({ tolerance, write }) =>
      tolerance === 0 && !['webp', 'zstd'].includes(write.compression ?? '') && write.littleEndian !== false,
  )
  it.each(exact)('$file has the values of its formula', async (fixture) => {
    const { width, height, formula, dtype, origin, hole, nodata } = fixture
    const bytes = await readFile(join(FOLDER, fixture.file))
    const image = await (await fromArrayBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))).getImage()
    expect([image.getWidth(), image.getHeight()]).toEqual([width, height])
    const bands = await image.readRasters({ samples: Array.from({ length: fixture.bandCount }, (_, i) => i) })
    let wrong = 0
    for (let band = 0; band < fixture.bandCount; band++) {
      const samples = bands[band] as ArrayLike<number>
      for (let i = 0; i < width * height; i++) {
        const [col, row] = [i % width, Math.floor(i / width)]
        const isNodata = hole === 'nodata' && inHole(width, height, col, row)
        const wanted = isNodata ? (nodata ?? 0) : patternValue(formula, dtype, band, col + origin[0], row + origin[1])
        if (!Object.is(samples[i], wanted)) wrong++
      }
    }
    expect(wrong).toBe(0)
  })
})
