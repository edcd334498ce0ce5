import { describe, expect, it } from 'vitest'

import { parseBandMetadata } from '../../src/cog/gdal-metadata.ts'
import { parseNodata } from '../../src/cog/nodata.ts'

describe('GDAL_NODATA', () => {
  it.each([
    ['0', 0],
    ['-9999', -9999],
    [' 255 ', 255],
    ['1e+38', 1e38],
    ['-3.4028234663852886e+38', -3.4028234663852886e38],
    ['.5', 0.5],
    ['5.', 5],
    ['nan', NaN],
    ['-nan', NaN],
    ['NaN', NaN],
    ['-1.#IND', NaN],
    ['1.#QNAN', NaN],
    ['inf', Infinity],
    ['-inf', -Infinity],
    ['-1.#INF', -Infinity],
    ['', undefined],
    [undefined, undefined],
    ['none', undefined],
    ['0x10', undefined],
    ['1e99999', undefined],
    ['1,5', undefined],
  ])('%j is %s', (text, value) => expect(parseNodata(text)).toBe(value))

  it('takes no time for long nonsense', () => {
    const start = performance.now()
    expect(parseNodata(`${'9'.repeat(500_000)}x`)).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(200)
  })
})

describe('GDAL_METADATA', () => {
  it('gives what it says of each band', () => {
    const xml = `<GDALMetadata>
      <Item name="AREA">somewhere</Item>
      <Item name="SCALE" sample="0" role="scale">0.0001</Item>
      <Item name="OFFSET" sample="1" role="offset">-0.1</Item>
      <Item name="DESCRIPTION" sample="0" role="description">red &amp; &lt;near&gt;</Item>
      <Item name="COLORINTERP" sample="1" role="colorinterp">Alpha</Item>
      <Item name="STATISTICS_MINIMUM" sample="0">3</Item>
      <Item name="STATISTICS_MAXIMUM" sample="0">250.5</Item>
      <Item name="STATISTICS_MINIMUM" sample="1">7</Item>
      <Item name="SCALE" sample="9" role="scale">5</Item>
    </GDALMetadata>`
    expect(parseBandMetadata(xml, 2)).toEqual({
      scales: [0.0001, 1],
      offsets: [0, -0.1],
      descriptions: ['red & <near>', undefined],
      colorInterpretations: [undefined, 'alpha'],
      ranges: [[3, 250.5], undefined],
      tags: [{ STATISTICS_MINIMUM: '3', STATISTICS_MAXIMUM: '250.5' }, { STATISTICS_MINIMUM: '7' }],
    })
  })

  it('takes no time for a million characters that never close', () => {
    const start = performance.now()
    parseBandMetadata('<Item '.repeat(170_000), 1)
    parseBandMetadata('<Item name="a">'.repeat(70_000), 1)
    parseBandMetadata(`<Item name="${'&'.repeat(1_000_000)}">1</Item>`, 1)
    expect(performance.now() - start).toBeLessThan(500)
  })
})
