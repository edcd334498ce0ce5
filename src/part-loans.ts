import type { Room } from './cog/cogs.ts'
import type { PaintJob, Painted, ReadPart } from './paint-parts.ts'
import { rasterOf } from './raster/part-raster.ts'
import { partBytes, planesBytes } from './raster/placed.ts'
import type { Raster } from './raster/raster.ts'
import type { Pool } from './work/pool.ts'

/**
 * What lies in shared memory between two visits to raster threads, for one picture: parts that wait for their turn, and what is composed
 * so far. Where there is no room they are arrays of their own.
 */
export class PartLoans {
  readonly #pool: Pick<Pool, 'warp' | 'paint'>
  readonly #room: Room
  readonly #regions = new Map<Raster, Uint8Array>()
  #over = false

  constructor(pool: Pick<Pool, 'warp' | 'paint'>, room: Room) {
    this.#pool = pool
    this.#room = room
  }

  async warp({ plan, windows, frame }: ReadPart, signal: AbortSignal): Promise<Raster> {
    const memory = this.#room.allocate(partBytes(plan))
    return this.#lend(memory, async () => {
      const raster = rasterOf(await this.#pool.warp(plan, windows, signal, memory), frame)
      return { made: raster, raster }
    })
  }

  /** The parts of the job are given back. */
  async paint(job: PaintJob, signal: AbortSignal): Promise<Painted> {
    const bytes = job.last
      ? 0
      : Math.max(0, ...job.parts.map((part) => ('raster' in part ? planesBytes(part.raster) : partBytes(part.read.plan))))
    const memory = bytes > 0 ? this.#room.allocate(bytes) : undefined
    try {
      return await this.#lend(memory, async () => {
        const painted = await this.#pool.paint({ ...job, memory }, signal)
        return { made: painted, raster: painted.soFar }
      })
    } finally {
      for (const part of job.parts) if ('raster' in part) this.#giveBack(part.raster)
    }
  }

  /** Nothing of this picture is looked at any more; what is still under way is given back when it ends. */
  end(): void {
    this.#over = true
    for (const raster of this.#regions.keys()) this.#giveBack(raster)
  }

  /** The region stays lent while the raster is looked at. When `make` has settled, no thread writes to it. */
  async #lend<T>(memory: Uint8Array | undefined, make: () => Promise<{ made: T; raster?: Raster }>): Promise<T> {
    let kept = false
    try {
      const { made, raster } = await make()
      if (memory && raster && !this.#over) {
        this.#regions.set(raster, memory)
        kept = true
      }
      return made
    } finally {
      if (memory && !kept) this.#room.free(memory)
    }
  }

  #giveBack(raster: Raster): void {
    const region = this.#regions.get(raster)
    if (!region) return
    this.#regions.delete(raster)
    this.#room.free(region)
  }
}
