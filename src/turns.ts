import type { Painted, ReadPart } from './paint-parts.ts'

/** Nobody waits for longer: the blocks that it holds may take the memory that one before it needs. */
const LONGEST_WAIT_MS = 30

/** An asset that is there before its turn. */
interface Early {
  readonly read: ReadPart
  /** It is part of another asset's visit. */
  join(visit: Promise<Painted>): void
  go(): void
}

/** Whose turn it is among the assets of a picture, and those that are there before theirs. */
export class Turns {
  #turn = 0
  readonly #early = new Map<number, Early>()

  get turn(): number {
    return this.#turn
  }

  /** All before `index` have been taken. */
  come(index: number): void {
    this.#turn = index
    this.#early.get(index)?.go()
  }

  /**
   * What another asset's visit made of this one too; undefined: its turn has come, or it has waited for long enough, or that visit has
   * failed. @throws the signal's reason
   */
  async wait(index: number, read: ReadPart, signal: AbortSignal): Promise<Painted | undefined> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<Painted | undefined>()
    const go = (): void => {
      if (this.#early.delete(index)) resolve(undefined)
    }
    const abort = (): void => {
      if (this.#early.delete(index)) reject(signal.reason)
    }
    const join = (visit: Promise<Painted>): void => {
      this.#early.delete(index)
      visit.then(resolve, () => resolve(undefined))
    }
    this.#early.set(index, { read, go, join })
    const timer = setTimeout(go, LONGEST_WAIT_MS)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }

  /** Those that wait right behind `index`; who takes them along lets them join at once. */
  behind(index: number): readonly Early[] {
    const found: Early[] = []
    for (let early = this.#early.get(index + 1); early; early = this.#early.get(index + 1 + found.length)) found.push(early)
    return found
  }
}
