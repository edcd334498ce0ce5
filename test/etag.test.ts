import { describe, expect, it } from 'vitest'
import { canonical, strongEtag } from '../src/etag.ts'

describe('canonical', () => {
  it('is one text for every order of the members, and leaves absent ones out', () => {
    expect(canonical({ b: 1, a: [2, 1], c: undefined })).toBe(canonical({ a: [2, 1], b: 1 }))
  })

  it('tells nodata NaN from the infinities and from none', () => {
    const texts = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, undefined].map((nodata) =>
      canonical({ nodata }),
    )
    expect(new Set(texts).size).toBe(5)
  })
})

describe('strongEtag', () => {
  const base = strongEtag('r', 'm', [['a.tif', '1']])

  it('is quoted and not weak', () => expect(base).toMatch(/^"[\w-]{27}"$/))

  it.each([
    ['the request', strongEtag('r2', 'm', [['a.tif', '1']])],
    ['the mosaic', strongEtag('r', 'm2', [['a.tif', '1']])],
    ['an asset', strongEtag('r', 'm', [['a.tif', '2']])],
    ['a skipped asset', strongEtag('r', 'm', [['a.tif', 'skipped']])],
  ])('changes with %s', (_, other) => expect(other).not.toBe(base))

  it('is the same for the same', () => expect(strongEtag('r', 'm', [['a.tif', '1']])).toBe(base))
})
