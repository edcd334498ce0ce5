interface Flight<T> {
  readonly controller: AbortController
  readonly result: Promise<T>
  waiters: number
}

/**
 * Work in flight, shared by all who ask for the same key at the same time. Each waiter leaves by its own signal and never fails
 * another's; the work itself is aborted when its last waiter has gone. Nothing is kept once the work has ended, failures included.
 */
export class SharedWork<T> {
  readonly #flights = new Map<string, Flight<T>>()

  /** Keys in flight. */
  get size(): number {
    return this.#flights.size
  }

  /**
   * The result of the work under this key: `work` is called only if none is in flight, with the signal of the shared work.
   * @throws the signal's reason when it aborts, at once; else what the work throws.
   */
  async run(key: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    const flight = this.#flights.get(key) ?? this.#start(key, work)
    flight.waiters++
    // A waiter without a signal stays to the end, so the count never reaches zero while it waits.
    if (!signal) return flight.result
    const left = Promise.withResolvers<never>()
    const leave = () => {
      if (--flight.waiters === 0) this.#abandon(key, flight, signal.reason)
      left.reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([flight.result, left.promise])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    // Through a microtask, so that work which throws before its first await fails like any other.
    const result = Promise.resolve().then(() => work(controller.signal))
    const flight: Flight<T> = { controller, result, waiters: 0 }
    this.#flights.set(key, flight)
    const end = () => this.#forget(key, flight)
    // Also the handler for a failure that nobody waits for any more.
    result.then(end, end)
    return flight
  }

  /** Whoever asks after this starts afresh: an aborted result is no answer to a newcomer. */
  #abandon(key: string, flight: Flight<T>, reason: unknown): void {
    this.#forget(key, flight)
    flight.controller.abort(reason)
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
