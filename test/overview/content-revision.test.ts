import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentRevision } from '../../src/overview/content-revision.ts'
import { layerMember } from '../../src/overview/layer-member.ts'
import { createCredentials } from '../../src/net/credentials.ts'
import { createNet } from '../../src/net/net.ts'
import { storeKindOf } from '../../src/stores/registry.ts'
import { inMemory, made, roomy } from '../mosaic/made-mosaic.ts'

const tiles = { '012': ['/b.tif', '/a.tif'], '001': ['/ä "c".tif'] }
let folder: string
const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials([]), env: {} })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smalti-revision-'))
})
afterAll(async () => {
  await net.close()
  await rm(folder, { recursive: true })
})

async function revisionOf(members: Record<string, unknown>): Promise<string> {
  return contentRevision(await inMemory(members))
}

test('the revision is the same wherever the mosaic lies', async () => {
  const wanted = await revisionOf({ tiles })
  expect(wanted).toMatch(/^[0-9a-f]{32}$/)
  for (const address of [join(folder, 'a.json'), join(folder, 'a.json.gz'), `sqlite:///${folder}/a.db:mosaic`]) {
    const context = { net, cwd: folder, limits: roomy }
    const kind = storeKindOf(address)
    await kind.create?.(address, made({ tiles }), context, {})
    const store = await kind.open(address, context, {})
    expect(store && (await contentRevision(store)), address).toBe(wanted)
  }
})

test('it is of the tiles, their order, the prefix and the zoom of the quadkeys, and of nothing else', async () => {
  const wanted = await revisionOf({ tiles })
  const same = { tiles, name: 'x', version: '7.7.7', bounds: [0, 0, 1, 1], maxzoom: 20, 'smalti:overview': { href: 'x' } }
  expect(await revisionOf(same)).toBe(wanted)
  expect(await revisionOf({ tiles: Object.fromEntries(Object.entries(tiles).toReversed()) })).toBe(wanted)
  const others = [
    { tiles: { ...tiles, '012': ['/a.tif', '/b.tif'] } },
    { tiles: { '012': tiles['012'] } },
    { tiles: { ...tiles, '013': ['/a.tif'] } },
    { tiles, asset_prefix: '/x' },
    { tiles: { '01': ['/a.tif'] }, minzoom: 2 },
  ]
  const revisions = await Promise.all(others.map(revisionOf))
  expect(new Set([wanted, ...revisions]).size).toBe(others.length + 1)
})

test('100,000 tiles let others work meanwhile', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, i) => [i.toString(4).padStart(9, '0'), [`/folder/asset-${i % 5000}.tif`]]),
  )
  const store = await inMemory({ minzoom: 9, maxzoom: 9, tiles: many })
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await contentRevision(store)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(10)
})

test.each([
  [undefined],
  [null],
  ['x.tif'],
  [{ href: '', maxzoom: 3, revision: 'a' }],
  [{ href: 'x.tif', maxzoom: -1, revision: 'a' }],
  [{ href: 'x.tif', maxzoom: 3.5, revision: 'a' }],
  [{ href: 'x.tif', maxzoom: 3 }],
  [{ href: ['x.tif'], maxzoom: 3, revision: 'a' }],
])('a member that cannot be understood is none: %j', (member) => {
  expect(layerMember({ ...made(), 'smalti:overview': member })).toBeUndefined()
})
