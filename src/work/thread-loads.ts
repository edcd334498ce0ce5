import { HALF, type Share, WHOLE } from './share.ts'

/** What piscina says of a thread. */
interface Worker {
  readonly id: number
  /** Tasks. */
  readonly currentUsage: number
}

interface Carried {
  readonly share: Share
  /** Of the thread that it was given to; undefined: it waits until one is back. */
  thread?: number
}

/** What each raster thread has to do, so that the next task goes to the one with the least. */
export class ThreadLoads {
  /** By the id of the thread. */
  readonly #loads = new Map<number, number>()
  #asking: Carried | undefined

  /** `run` gives a task to the pool, which asks {@link choose} at once where a thread is there. */
  async carry<T>(share: Share, run: () => Promise<T>): Promise<T> {
    const carried: Carried = { share }
    this.#asking = carried
    const running = run()
    this.#asking = undefined
    try {
      return await running
    } finally {
      if (carried.thread !== undefined) this.#add(carried.thread, -share)
    }
  }

  /** null: all have as many tasks as they can hold. */
  choose<W extends Worker>(workers: readonly W[]): W | null {
    let chosen: W | null = null
    let least = Infinity
    for (const worker of workers) {
      const load = this.#loads.get(worker.id) ?? 0
      if (load >= least || worker.currentUsage >= WHOLE / HALF) continue
      chosen = worker
      least = load
    }
    if (chosen && this.#asking) {
      this.#asking.thread = chosen.id
      this.#add(chosen.id, this.#asking.share)
    }
    return chosen
  }

  #add(thread: number, share: number): void {
    const load = (this.#loads.get(thread) ?? 0) + share
    if (load > 0) this.#loads.set(thread, load)
    else this.#loads.delete(thread)
  }
}
