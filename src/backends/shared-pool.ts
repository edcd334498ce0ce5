import { availableParallelism } from 'node:os'
import { createPool } from '../work/create-pool.ts'
import type { Pool } from '../work/pool.ts'

let pool: ReturnType<typeof createPool> | undefined
let users = 0

const silent = { info() {}, warn() {}, error() {} }

/** The raster threads of this process. They are started for the first that asks, and end when the last has let go. */
function borrowPool(workers = availableParallelism()): ReturnType<typeof createPool> {
  users++
  pool ??= createPool({ workers, log: silent })
  return pool
}

async function returnPool(): Promise<void> {
  if (--users > 0) return
  const last = pool
  pool = undefined
  await (await last)?.close()
}

/** Raster threads that are started for the first block: reading headers needs none. */
export function poolWhenNeeded(workers?: number): Pool {
  let borrowed: ReturnType<typeof createPool> | undefined
  const borrow = () => (borrowed ??= borrowPool(workers))
  return {
    decode: async (...block) => (await borrow()).decode(...block),
    restarts: async (...block) => (await borrow()).restarts(...block),
    warp: async (...part) => (await borrow()).warp(...part),
    paint: async (...job) => (await borrow()).paint(...job),
    async close() {
      if (borrowed) await returnPool()
      borrowed = undefined
    },
  }
}
