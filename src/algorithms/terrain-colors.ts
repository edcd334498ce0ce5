/** matplotlib's "terrain": place in 0..1, and red, green, blue in 0..1 there. https://matplotlib.org (lib/matplotlib/_cm.py) */
const SEGMENTS: readonly (readonly [at: number, red: number, green: number, blue: number])[] = [
  [0, 0.2, 0.2, 0.6],
  [0.15, 0, 0.6, 1],
  [0.25, 0, 0.8, 0.4],
  [0.5, 1, 1, 0.6],
  [0.75, 0.5, 0.36, 0.33],
  [1, 1, 1, 1],
]
const LAST = 255

/** Red, green and blue of the values 0..255; rounded down, as rio-tiler has them. */
export const terrainColors: readonly [Uint8Array, Uint8Array, Uint8Array] = [channel(1), channel(2), channel(3)]

function channel(index: 1 | 2 | 3): Uint8Array {
  return Uint8Array.from({ length: LAST + 1 }, (_, value) => {
    const place = LAST * (value * (1 / LAST))
    const next = SEGMENTS.findIndex(([at]) => at * LAST >= place)
    if (next <= 0) return SEGMENTS[0][index] * 255
    if (value === LAST) return SEGMENTS[SEGMENTS.length - 1][index] * 255
    const low = SEGMENTS[next - 1]
    const high = SEGMENTS[next]
    const fraction = (place - low[0] * LAST) / (high[0] * LAST - low[0] * LAST)
    return (fraction * (high[index] - low[index]) + low[index]) * 255
  })
}
