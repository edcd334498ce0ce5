import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SOURCES, VENDORED } from '../../scripts/vendor.ts'

test('the files of MapLibre are those of its package (npm run vendor)', () => {
  expect(readdirSync(VENDORED).sort()).toEqual(Object.keys(SOURCES).sort())
  for (const [name, source] of Object.entries(SOURCES))
    expect([name, readFileSync(join(VENDORED, name)).equals(readFileSync(source))]).toEqual([name, true])
})
