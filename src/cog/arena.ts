/** Regions begin and end at multiples of this many bytes: a page, so that small blocks cannot make more holes than a list can hold. */
export const GRANULE = 4096

/**
 * One piece of shared memory that decoded blocks live in, and who has which part of it. Every raster thread sees it; nothing in it is
 * ever left to a garbage collector, which does not count shared memory. The system gives it pages when they are first written.
 */
export class Arena {
  readonly size: number
  #memory: SharedArrayBuffer | undefined
  /** Length of each hole by its start, and its start by its end. No two holes touch. */
  readonly #holes = new Map<number, number>()
  readonly #startOf = new Map<number, number>()
  /** Length of each region by its start. */
  readonly #regions = new Map<number, number>()
  #used = 0

  /** @param bytes rounded down to whole granules */
  constructor(bytes: number) {
    this.size = Math.floor(bytes / GRANULE) * GRANULE
    if (this.size > 0) this.#addHole(0, this.size)
  }

  /** Bytes of all regions, with what they are rounded up by. */
  get used(): number {
    return this.#used
  }

  /** A region of at least one byte, in the smallest hole that it fits in; its bytes are what they were. undefined: no hole is large enough. */
  allocate(bytes: number): Uint8Array | undefined {
    const length = regionBytes(bytes)
    let start = -1
    let best = Infinity
    for (const [at, size] of this.#holes) {
      // Of equals the lowest: what was never written takes no memory yet.
      if (size < length || size > best || (size === best && at > start)) continue
      start = at
      best = size
    }
    if (start < 0) return undefined
    this.#removeHole(start, best)
    if (best > length) this.#addHole(start + length, best - length)
    this.#regions.set(start, length)
    this.#used += length
    this.#memory ??= new SharedArrayBuffer(this.size)
    return new Uint8Array(this.#memory, start, bytes)
  }

  /** Gives a region back. @throws RangeError where it is not one, or was given back before */
  free(region: Uint8Array): void {
    const length = this.#regions.get(region.byteOffset)
    if (length === undefined || region.buffer !== this.#memory) throw new RangeError('no region of this arena')
    this.#regions.delete(region.byteOffset)
    this.#used -= length
    let start = region.byteOffset
    let end = start + length
    const before = this.#startOf.get(start)
    if (before !== undefined) {
      this.#removeHole(before, start - before)
      start = before
    }
    const after = this.#holes.get(end)
    if (after !== undefined) {
      this.#removeHole(end, after)
      end += after
    }
    this.#addHole(start, end - start)
  }

  #addHole(start: number, length: number): void {
    this.#holes.set(start, length)
    this.#startOf.set(start + length, start)
  }

  #removeHole(start: number, length: number): void {
    this.#holes.delete(start)
    this.#startOf.delete(start + length)
  }
}

/** What an allocation takes. */
export function regionBytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / GRANULE)) * GRANULE
}
