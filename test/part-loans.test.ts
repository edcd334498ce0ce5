import { describe, expect, test } from 'vitest'
import { Arena } from '../src/cog/arena.ts'
import { WEB_MERCATOR } from '../src/grid/crs.ts'
import type { ReadPart } from '../src/paint-parts.ts'
import { PartLoans } from '../src/part-loans.ts'
import { planPart, type WarpedPart } from '../src/raster/plan.ts'
import { placedIn } from '../src/raster/placed.ts'
import type { Raster } from '../src/raster/raster.ts'
import type { Pool } from '../src/work/pool.ts'

const SIZE = 16
const plain = { width: SIZE, height: SIZE, bands: [new Uint8Array(SIZE * SIZE)], masks: [new Uint8Array(SIZE * SIZE)] }
const grid = { bbox: [0, 0, SIZE, SIZE], crs: WEB_MERCATOR, width: SIZE, height: SIZE } as const
const plan = planPart(
  {
    width: SIZE,
    height: SIZE,
    dtype: 'uint8',
    bandCount: 1,
    hasMask: false,
    transform: [1, 0, 0, 0, -1, SIZE],
    crs: WEB_MERCATOR,
    overviews: [],
  },
  { ...grid, resampling: 'nearest', reproject: 'nearest' },
)
if (!plan) throw new Error('the file covers the grid')
const read: ReadPart = { plan, windows: [], frame: { ...grid, dtype: 'uint8' } }
const signal = new AbortController().signal
const options = { kind: 'mosaic', pixelSelection: 'first', returnMask: true } as const

/** Threads that do nothing but place their results in the memory that they get. */
function poolOf(warp: () => Promise<WarpedPart> = () => Promise.resolve(plain)): Pick<Pool, 'warp' | 'paint'> {
  return {
    warp: async (_plan, _windows, _signal, memory) => {
      const part = await warp()
      return (memory && placedIn(memory, part)) ?? part
    },
    paint: async ({ memory, last }) => {
      const values = { ...plain, dtype: 'uint8', transform: [1, 0, 0, 0, -1, SIZE], crs: WEB_MERCATOR } satisfies Raster
      return { soFar: last ? undefined : memory && placedIn(memory, values), taken: 1, stages: new Map() }
    },
  }
}

describe('memory of the parts of a picture', () => {
  test('is given back part by part, as they are painted', async () => {
    const room = new Arena(1 << 20)
    const loans = new PartLoans(poolOf(), room)
    const raster = await loans.warp(read, signal)
    expect(raster.bands[0].buffer).toBeInstanceOf(SharedArrayBuffer)
    const one = room.used
    const { soFar } = await loans.paint({ parts: [{ href: 'a', raster }], options, last: false }, signal)
    expect(room.used).toBe(one)
    if (!soFar) throw new Error('nothing was composed')
    await loans.paint({ parts: [{ href: '', raster: soFar }], options, last: true }, signal)
    expect(room.used).toBe(0)
  })

  test('is given back at the end, also by what is still under way then and by what fails', async () => {
    const room = new Arena(1 << 20)
    const late = Promise.withResolvers<WarpedPart>()
    const loans = new PartLoans(
      poolOf(() => late.promise),
      room,
    )
    const underWay = loans.warp(read, signal)
    loans.end()
    expect(room.used).toBeGreaterThan(0)
    late.resolve(plain)
    await underWay
    expect(room.used).toBe(0)

    const failing = new PartLoans(
      poolOf(() => Promise.reject(new Error('no'))),
      room,
    )
    await expect(failing.warp(read, signal)).rejects.toThrow('no')
    expect(room.used).toBe(0)
  })

  test('is not needed: without room the arrays are their own', async () => {
    const loans = new PartLoans(poolOf(), new Arena(0))
    expect((await loans.warp(read, signal)).bands[0].buffer).toBeInstanceOf(ArrayBuffer)
  })
})
