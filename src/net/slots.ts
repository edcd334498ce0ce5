interface Waiter {
  readonly key: string
  readonly start: () => void
}

/** So many at a time for each key, and so many in all. First come, first served, but a key that is full holds up no other. */
export class Slots {
  readonly #perKey: number
  readonly #total: number
  readonly #used = new Map<string, number>()
  #usedInAll = 0
  readonly #waiting = new Set<Waiter>()

  constructor(perKey: number, total: number) {
    this.#perKey = perKey
    this.#total = total
  }

  /** Runs the work when there is a slot. @throws the signal's reason if it aborts before that */
  async run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    if (this.#isFree(key)) this.#take(key)
    else await this.#wait(key, signal)
    try {
      return await work()
    } finally {
      this.#release(key)
    }
  }

  #wait(key: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiter)
        reject(signal.reason as Error)
      }
      const waiter: Waiter = {
        key,
        start: () => {
          this.#waiting.delete(waiter)
          signal.removeEventListener('abort', leave)
          this.#take(key)
          resolve()
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.add(waiter)
    })
  }

  #isFree(key: string): boolean {
    return this.#usedInAll < this.#total && (this.#used.get(key) ?? 0) < this.#perKey
  }

  #take(key: string): void {
    this.#usedInAll++
    this.#used.set(key, (this.#used.get(key) ?? 0) + 1)
  }

  #release(key: string): void {
    this.#usedInAll--
    const left = (this.#used.get(key) ?? 0) - 1
    if (left > 0) this.#used.set(key, left)
    else this.#used.delete(key)
    for (const waiter of this.#waiting) {
      if (this.#isFree(waiter.key)) return waiter.start()
    }
  }
}
