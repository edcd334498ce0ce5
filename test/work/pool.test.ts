import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { BlockWindow } from '../../src/cog/cog.ts'
import type { BlockLayout } from '../../src/cog/decode/layout.ts'
import { RasterThreadError, SmaltiError, UnreadableAssetError } from '../../src/errors.ts'
import type { PartPlan } from '../../src/raster/plan.ts'
import { createPool } from '../../src/work/create-pool.ts'
import type { Pool } from '../../src/work/pool.ts'

const TASKS = new URL('./tasks.ts', import.meta.url)
const logged: string[] = []
const log = {
  warn: (_fields: object, message: string) => void logged.push(message),
  error: (_fields: object, message: string) => void logged.push(message),
}
let pool: Pool | undefined

async function start(workers: number): Promise<Pool> {
  pool = await createPool({ workers, log, filename: TASKS, heapMiB: 32 })
  return pool
}

/** What a thread has six of at a time. */
function order(name: string, starts?: Int32Array): BlockLayout {
  return { name, starts, width: 512, height: 512, samples: 3, dtype: 'uint8' } as unknown as BlockLayout
}

/** What a thread has alone. */
function heavy(name: string, starts?: Int32Array): BlockLayout {
  return { ...order(name, starts), width: 4096, height: 4096 }
}

/** Two bands of 512 x 512. */
const PLAN = {
  windows: [{ width: 512, height: 512 }],
  width: 256,
  height: 256,
  file: { dtype: 'uint8', bandCount: 2 },
} as unknown as PartPlan

function counter(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4))
}

const BYTES = Uint8Array.of(1, 2, 3)

async function namesAsTheyEnd(threads: Pool, tasks: readonly (readonly [BlockLayout, string])[]): Promise<string[]> {
  const ended: string[] = []
  await Promise.all(tasks.map(([task, name]) => threads.decode(task, BYTES).then(() => ended.push(name))))
  return ended
}

afterEach(async () => {
  await pool?.close()
  pool = undefined
  logged.length = 0
})

describe('a raster thread that dies', () => {
  it('is replaced, said in the log, and its task runs again', async () => {
    const threads = await start(1)
    const before = await threads.decode(order('echo'), BYTES)
    const block = await threads.decode(order('exit-once', counter()), BYTES)
    expect(block.y).toBe(1)
    expect(block.x).not.toBe(before.x)
    expect(logged).toEqual(['a raster thread died in a task; another takes its place'])
  })

  it('takes no task of another thread along', async () => {
    const threads = await start(2)
    const results = await Promise.allSettled([
      threads.decode(order('wait 100'), BYTES),
      threads.decode(order('exit'), BYTES),
      ...Array.from({ length: 6 }, () => threads.decode(order('echo'), BYTES)),
    ])
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      ...Array.from({ length: 6 }, () => 'fulfilled'),
    ])
  })

  it('again with one task leaves those that it had beside it to run', async () => {
    const threads = await start(1)
    const tasks = ['echo', 'exit', 'wait 20', 'exit', 'echo', 'echo'].map((name) => threads.decode(order(name), BYTES))
    const statuses = (await Promise.allSettled(tasks)).map(({ status }) => status)
    expect(statuses).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  })

  it.each(['exit', 'memory'])('twice with the same task (%s) is an internal error, and the pool lives on', async (name) => {
    const threads = await start(1)
    const starts = counter()
    const failure = threads.decode(order(name, starts), BYTES)
    await expect(failure).rejects.toThrow(RasterThreadError)
    await expect(failure).rejects.toMatchObject({ status: 500, code: 'RASTER_THREAD_DIED' })
    expect(starts[0]).toBe(2)
    await expect(threads.decode(order('echo'), BYTES)).resolves.toMatchObject({ width: 3 })
  })

  it('comes back also where its replacements fail to start for a while', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smalti-pool-'))
    const flag = join(folder, 'broken')
    process.env.SMALTI_TEST_BROKEN_START = flag
    try {
      const threads = await start(1)
      writeFileSync(flag, '')
      const task = threads.decode(order('exit-once', counter()), BYTES)
      await expect.poll(() => logged, { timeout: 5000 }).toContain('a raster thread died while idle')
      rmSync(flag)
      await expect(task).resolves.toMatchObject({ y: 1 })
    } finally {
      delete process.env.SMALTI_TEST_BROKEN_START
      rmSync(folder, { recursive: true })
    }
  })

  it('at the start is an error of the start', async () => {
    await expect(createPool({ workers: 1, log, filename: new URL('./no-such-tasks.ts', import.meta.url) })).rejects.toThrow(
      /no-such-tasks/,
    )
  })
})

describe('errors of a task', () => {
  it('arrive as the class that was thrown', async () => {
    const failure = (await start(1)).decode(order('unreadable'), BYTES)
    await expect(failure).rejects.toThrow(UnreadableAssetError)
    await expect(failure).rejects.toMatchObject({ status: 422, code: 'UNREADABLE_ASSET', message: 'a.tif: corrupt block' })
  })

  it('that are bugs stay bugs, without a status', async () => {
    const error: unknown = await (await start(1)).decode(order('bug'), BYTES).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'TypeError', message: 'x is not a function' })
    expect(error).not.toBeInstanceOf(SmaltiError)
  })
})

describe('a signal', () => {
  it('drops a task that waits', async () => {
    const threads = await start(1)
    const busy = threads.decode(heavy('wait 50'), BYTES)
    const starts = counter()
    const abort = new AbortController()
    const waiting = threads.decode(order('echo', starts), BYTES, abort.signal)
    abort.abort(new Error('client has gone'))
    await expect(waiting).rejects.toThrow('client has gone')
    await busy
    await threads.decode(order('echo'), BYTES)
    expect(starts[0]).toBe(0)
  })

  it('leaves the thread of a running task alive', async () => {
    const threads = await start(1)
    const { x: thread } = await threads.decode(order('echo'), BYTES)
    const abort = new AbortController()
    const running = threads.decode(order('wait 30'), BYTES, abort.signal)
    abort.abort()
    await expect(running).rejects.toThrow(/abort/)
    await expect(threads.decode(order('echo'), BYTES)).resolves.toMatchObject({ x: thread })
    expect(logged).toEqual([])
  })

  it('that is aborted already starts nothing', async () => {
    const starts = counter()
    await expect((await start(1)).decode(order('echo', starts), BYTES, AbortSignal.abort())).rejects.toThrow(/abort/)
    expect(starts[0]).toBe(0)
  })
})

describe('work', () => {
  it('takes warps before decodes that have waited longer', async () => {
    const threads = await start(1)
    const starts = counter()
    const windows = [{ starts, blocks: [] }] as unknown as readonly BlockWindow[]
    const busy = threads.decode(heavy('wait 30'), BYTES)
    const decoded = threads.decode(heavy('echo', starts), BYTES)
    const warped = threads.warp(PLAN, windows)
    await busy
    await expect(warped).resolves.toEqual({ order: 0 })
    await expect(decoded).resolves.toMatchObject({ y: 1 })
  })

  it('begins while what a thread has already waits for something', async () => {
    const threads = await start(1)
    await threads.decode(order('echo'), BYTES)
    const tasks = [
      [order('wait 120'), 'long'],
      [order('wait 20'), 'short'],
      [order('echo'), 'third'],
    ] as const
    await expect(namesAsTheyEnd(threads, tasks)).resolves.toEqual(['third', 'short', 'long'])
  })

  it('that is too much beside what a thread has waits until there is room', async () => {
    const threads = await start(1)
    const tasks = [
      [order('wait 60'), 'light'],
      [heavy('echo'), 'heavy'],
      [order('echo'), 'last'],
    ] as const
    await expect(namesAsTheyEnd(threads, tasks)).resolves.toEqual(['light', 'heavy', 'last'])
  })

  it('goes to the thread with the least to do', async () => {
    const threads = await start(2)
    await Promise.all([threads.decode(heavy('wait 30'), BYTES), threads.decode(heavy('wait 30'), BYTES)])
    const tasks = [heavy('wait 60'), order('wait 60'), order('wait 60')]
    const [whole, light, other] = await Promise.all(tasks.map((task) => threads.decode(task, BYTES)))
    expect(light.x).toBe(other.x)
    expect(light.x).not.toBe(whole.x)
  })

  it('leaves the bytes with the caller and sends no more than them', async () => {
    const range = new Uint8Array(1 << 20)
    const bytes = range.subarray(5, 8)
    bytes.set([7, 8, 9])
    const block = await (await start(1)).decode(order('echo'), bytes)
    expect(block.bands[0]).toEqual(Uint8Array.of(7, 8, 9))
    expect(range.byteLength).toBe(1 << 20)
    expect(bytes).toEqual(Uint8Array.of(7, 8, 9))
  })

  it('that waits is refused when the pool closes', async () => {
    const threads = await start(1)
    const tasks = Promise.allSettled([threads.decode(heavy('wait 500'), BYTES), threads.decode(heavy('echo'), BYTES)])
    await threads.close()
    for (const result of await tasks) expect(result).toMatchObject({ status: 'rejected', reason: { status: 503 } })
  })
})
