import { expect, test } from 'vitest'
import { preferredMedia } from '../../src/http/media-preference.ts'

// Expected values: titiler.core.utils.accept_media_type(accept, [MediaType.html, MediaType.json]) of titiler 2.4.
test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'text/html'],
  ['application/json', 'application/json'],
  ['application/json, text/html', 'text/html'],
  ['application/json, text/html;q=0.9', 'application/json'],
  ['text/html;q=0.1, application/json;q=0.2', 'application/json'],
  ['text/html;q=0, application/json;q=0.2', 'application/json'],
  ['*', 'text/html'],
  ['*/*', undefined],
  ['image/png', undefined],
  ['', undefined],
  [undefined, undefined],
])('of HTML and JSON, Accept %s likes %s best', (accept, expected) => {
  expect(preferredMedia(accept, ['text/html', 'application/json'])).toBe(expected)
})
