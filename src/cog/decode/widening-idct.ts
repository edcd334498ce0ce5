/** Fractions in 8192ths, as in libjpeg's accurate integer transforms. */
const BITS = 13
const fix = (value: number): number => Math.floor(value * (1 << BITS) + 0.5)
// Cosines of multiples of a 32nd of a circle, and sums of them, times the square root of 2.
const F = {
  c2: fix(1.387039845),
  c4: fix(1.306562965),
  c12: fix(0.5411961),
  c14: fix(0.275899379),
  c2c6: fix(2.562915447),
  c6c14: fix(0.899976223),
  c2c10: fix(0.601344887),
  c10c14: fix(0.509795579),
  c1: fix(1.407403738),
  c3: fix(1.353318001),
  c5: fix(1.247225013),
  c7: fix(1.093201867),
  c9: fix(0.897167586),
  c11: fix(0.666655658),
  c13: fix(0.410524528),
  c15: fix(0.138617169),
  odd0: fix(2.286341144),
  odd1: fix(0.071888074),
  odd2: fix(1.125726048),
  odd3: fix(1.065388962),
  odd4: fix(3.141271809),
  odd5: fix(0.766367282),
  odd6: fix(1.971951411),
  odd7: fix(1.835730603),
} as const
const { imul } = Math

/**
 * Eight coefficients, `step` apart, to sixteen samples, `stride` apart: the inverse transform of IJG's libjpeg (jpeg_idct_16x16) with its
 * constants and its rounding, so that the samples are the same. The first coefficient brings what rounds; `shift` scales down.
 */
export function widenLine(
  from: Int32Array,
  at: number,
  step: number,
  rounding: number,
  out: Int32Array,
  to: number,
  stride: number,
  shift: number,
): void {
  const first = (from[at] << BITS) + rounding
  const fourth = from[at + 4 * step]
  const a = imul(fourth, F.c4)
  const b = imul(fourth, F.c12)
  const second = from[at + 2 * step]
  const sixth = from[at + 6 * step]
  const wide = imul(second - sixth, F.c2)
  const narrow = imul(second - sixth, F.c14)
  const e0 = wide + imul(sixth, F.c2c6)
  const e1 = narrow + imul(second, F.c6c14)
  const e2 = wide - imul(second, F.c2c10)
  const e3 = narrow - imul(sixth, F.c10c14)

  const z1 = from[at + step]
  const z2 = from[at + 3 * step]
  const z3 = from[at + 5 * step]
  const z4 = from[at + 7 * step]
  const p3 = imul(z1 + z2, F.c3)
  const p5 = imul(z1 + z3, F.c5)
  const p7 = imul(z1 + z4, F.c7)
  const p9 = imul(z1 - z4, F.c9)
  const p11 = imul(z1 + z3, F.c11)
  const p13 = imul(z1 - z2, F.c13)
  const q15 = imul(z2 + z3, F.c15)
  const q1 = imul(z3 - z2, F.c1)
  const q11 = imul(z2 + z4, -F.c11)
  const q5 = imul(z2 + z4, -F.c5)
  const q3 = imul(z3 + z4, -F.c3)
  const q13 = imul(z4 - z3, F.c13)
  const o0 = p3 + p5 + p7 - imul(z1, F.odd0)
  const o1 = p3 + q15 + imul(z2, F.odd1) + q11
  const o2 = p5 + q15 - imul(z3, F.odd2) + q3
  const o3 = p7 + q11 + imul(z4, F.odd3) + q3
  const o4 = p9 + q5 + imul(z4, F.odd4) + q13
  const o5 = p11 + q1 - imul(z3, F.odd5) + q13
  const o6 = p13 + q1 + imul(z2, F.odd6) + q5
  const o7 = p9 + p11 + p13 - imul(z1, F.odd7)

  out[to] = (first + a + e0 + o0) >> shift
  out[to + stride] = (first + b + e1 + o1) >> shift
  out[to + 2 * stride] = (first - b + e2 + o2) >> shift
  out[to + 3 * stride] = (first - a + e3 + o3) >> shift
  out[to + 4 * stride] = (first - a - e3 + o4) >> shift
  out[to + 5 * stride] = (first - b - e2 + o5) >> shift
  out[to + 6 * stride] = (first + b - e1 + o6) >> shift
  out[to + 7 * stride] = (first + a - e0 + o7) >> shift
  out[to + 8 * stride] = (first + a - e0 - o7) >> shift
  out[to + 9 * stride] = (first + b - e1 - o6) >> shift
  out[to + 10 * stride] = (first - b - e2 - o5) >> shift
  out[to + 11 * stride] = (first - a - e3 - o4) >> shift
  out[to + 12 * stride] = (first - a + e3 - o3) >> shift
  out[to + 13 * stride] = (first - b + e2 - o2) >> shift
  out[to + 14 * stride] = (first + b + e1 - o1) >> shift
  out[to + 15 * stride] = (first + a + e0 - o0) >> shift
}

/** Extra bits of what lies between the two passes. */
const BETWEEN = 2
const DOWN = BITS - BETWEEN
const ACROSS = BITS + BETWEEN + 3

/**
 * 8 x 8 coefficients to 16 x 16 samples.
 * @param tall bit by column: it has a coefficient below the first row
 * @param half room for 128
 * @param row room for 16
 * @param out where the samples go, row by row
 */
export function widenBlock(block: Int32Array, tall: number, half: Int32Array, row: Int32Array, out: Uint8ClampedArray): void {
  for (let column = 0; column < 8; column++) {
    if (((tall >> column) & 1) !== 0) widenLine(block, column, 8, 1 << (DOWN - 1), half, column, 8, DOWN)
    else for (let i = column, level = block[column] << BETWEEN; i < 128; i += 8) half[i] = level
  }
  for (let y = 0; y < 16; y++) {
    // Samples are around 128.
    widenLine(half, y * 8, 1, (1 << (ACROSS - 1)) + (128 << ACROSS), row, 0, 1, ACROSS)
    for (let x = 0, to = y * 16; x < 16; x++) out[to++] = row[x]
  }
}
