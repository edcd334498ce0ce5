import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { formatsPage, summary } from '../../scripts/formats/page.ts'
import { survey } from '../../scripts/formats/survey.ts'

const shared = process.env['TEST_SHARED']

/** The formatter pads tables. */
const unpadded = (text: string) => text.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-')

// test/formats/expected.json: `python scripts/formats/expect.py ../shared/data/tiffs` (rasterio 1.4.4, GDAL 3.10.3).
describe.skipIf(shared === undefined)('every TIFF of the test data', () => {
  it('is read as GDAL reads it, or refused by name, as docs/formats.md says', { timeout: 120_000 }, async () => {
    const found = await survey(join(shared ?? '', 'data/tiffs'))
    const outcomes = [...found.files].map(([name, { outcome }]) => ({ name, ...outcome }))
    expect(outcomes.filter(({ note }) => note.includes('NOT A 422'))).toEqual([])
    const { read, ofGdal } = summary(found)
    expect(read / ofGdal).toBeGreaterThanOrEqual(0.9)
    const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8')
    expect(unpadded(page)).toBe(unpadded(formatsPage(found)))
  })
})
