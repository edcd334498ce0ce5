interface Waiting {
  readonly bytes: number
  readonly admit: () => void
}

/**
 * Bytes that may be in use at a time. Whoever asks is let in whole, in the order of asking, so that nobody who waits holds a part;
 * who wants more than there is is let in alone.
 */
export class ByteBudget {
  readonly #total: number
  readonly #waiting = new Set<Waiting>()
  #used = 0

  constructor(total: number) {
    this.#total = total
  }

  /** Resolves when the bytes may be used, until {@link release}. @throws the signal's reason */
  async acquire(bytes: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.#waiting.size === 0 && this.#fits(bytes)) {
      this.#used += bytes
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { bytes, admit: resolve }
    this.#waiting.add(waiting)
    const leave = () => {
      if (!this.#waiting.delete(waiting)) return
      reject(signal?.reason)
      this.#admit()
    }
    signal?.addEventListener('abort', leave, { once: true })
    try {
      await promise
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }

  release(bytes: number): void {
    this.#used -= bytes
    this.#admit()
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#total
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      if (!this.#fits(waiting.bytes)) return
      this.#used += waiting.bytes
      this.#waiting.delete(waiting)
      waiting.admit()
    }
  }
}
