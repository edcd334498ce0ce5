import { expect, test } from 'vitest'
import { lastSegment, withoutPlaces } from '../../src/mosaic/hidden-places.ts'

test.each([
  ['s3://bucket/folder/a b?c.tif', 'a b?c.tif'],
  ['https://host/x/a.tif?sig=secret', 'a.tif'],
  ['/data/tiles/a.tif', 'a.tif'],
  ['/vsis3/bucket/a.tif', 'a.tif'],
  ['a.tif', 'a.tif'],
  ['https://host/collections/c/items/i/', 'i'],
  ['', 'asset'],
])('of %s only %s is left', (href, name) => {
  expect(lastSegment(href)).toBe(name)
})

test.each([
  ['/data/secret folder/a.tif: is no TIFF', 'a.tif: is no TIFF'],
  ['s3://bucket/k/a.tif: has 3 bands; s3://bucket/k/b.tif has 4', 'a.tif: has 3 bands; b.tif has 4'],
  ['cannot read https://host/x/a.tif?sig=abc (404)', 'cannot read a.tif (404)'],
  ['bidx: 9 is not a band (1/3)', 'bidx: 9 is not a band (1/3)'],
  ['a tile of 512 x 512 pixels is above the limit', 'a tile of 512 x 512 pixels is above the limit'],
])('the message "%s" keeps its sense without its places', (message, expected) => {
  expect(withoutPlaces(message)).toBe(expected)
})
