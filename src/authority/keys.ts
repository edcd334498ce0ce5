import { createHash, timingSafeEqual } from 'node:crypto'

/** A list of keys, of which only the hashes are kept. */
export class Keys {
  readonly #hashes: readonly Buffer[]

  constructor(keys: readonly string[]) {
    this.#hashes = keys.map(hashOf)
  }

  /** Fingerprint of the key, eight hex digits; undefined for a text that is none. Takes the same time for all texts. */
  fingerprint(given: string): string | undefined {
    const hash = hashOf(given)
    let found: string | undefined
    // All of them, found or not. Hashes are of one length, which timingSafeEqual wants.
    for (const known of this.#hashes) if (timingSafeEqual(known, hash)) found = known.toString('hex').slice(0, 8)
    return found
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
