import { expect, test } from 'vitest'
import { createTiles } from '../../src/http/tiles.ts'
import type { Engine, TileAnswer, TileRequest } from '../../src/tile.ts'
import { answer } from '../routes/testing-app.ts'

test('a tile that was begun before a mosaic was written is not shared with those who ask after it', async () => {
  const mosaics = { changes: 0 }
  const begun: PromiseWithResolvers<TileAnswer>[] = []
  const story = {
    tile: () => {
      const work = Promise.withResolvers<TileAnswer>()
      begun.push(work)
      return work.promise
    },
    knownAnswer: async () => undefined,
  }
  const tiles = createTiles({ mosaics } as unknown as Engine, story, { workers: 1, queue: 10 })
  const never = new AbortController().signal
  const ask = () => tiles.tile({ url: 'a.json', z: 1 } as TileRequest, never)
  const [first, second] = [ask(), ask()]
  await expect.poll(() => begun.length).toBe(1)
  mosaics.changes++
  const third = ask()
  await expect.poll(() => begun.length).toBe(2)
  begun[0].resolve(answer({ etag: '"old"' }))
  begun[1].resolve(answer({ etag: '"new"' }))
  expect([(await first).etag, (await second).etag, (await third).etag]).toEqual(['"old"', '"old"', '"new"'])
})
