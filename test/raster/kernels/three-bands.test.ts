import { expect, test } from 'vitest'
import { Bilinear } from '../../../src/raster/kernels/bilinear.ts'
import { Convolve } from '../../../src/raster/kernels/convolution.ts'
import type { KernelWindow, RowKernel } from '../../../src/raster/kernels/kernel.ts'
import { pointKernel } from '../../../src/raster/kernels/registry.ts'
import { ShrinkingBilinear } from '../../../src/raster/kernels/shrinking-bilinear.ts'

const WIDTH = 40
const HEIGHT = 30
const N = 600

/** The same sequence every time, 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
}

function windowOf(scaleX: number, scaleY: number, holes: number): KernelWindow {
  const next = numbers(7)
  const valid = holes > 0 ? Uint8Array.from({ length: WIDTH * HEIGHT }, () => (next() < holes ? 0 : 1)) : undefined
  return { width: WIDTH, height: HEIGHT, offset: 5, stride: WIDTH + 3, valid, scaleX, scaleY }
}

function samples(seed: number): Float64Array {
  const next = numbers(seed)
  return Float64Array.from({ length: 5 + (WIDTH + 3) * HEIGHT }, () => Math.floor(next() * 65_536))
}

const BANDS = [samples(1), samples(2), samples(3)] as const

/** Values of three bands, NaN where there is none: band by band, or in one go. */
function valuesOf(kernel: RowKernel, together: boolean): Float64Array[] {
  const next = numbers(11)
  const x = Float64Array.from({ length: N }, () => next() * WIDTH)
  const y = Float64Array.from({ length: N }, () => next() * HEIGHT)
  const good = Uint8Array.from({ length: N }, () => (next() < 0.1 ? 0 : 1))
  kernel.prepare(N, x, y, good)
  const values = [new Float64Array(N), new Float64Array(N), new Float64Array(N)] as const
  if (together) kernel.applyThree?.(BANDS, values)
  else for (const [b, data] of BANDS.entries()) kernel.apply(data, values[b], good)
  return values.map((band) => band.map((value, i) => (good[i] === 1 ? value : Number.NaN)))
}

/** More than by the order of the sums, which shows in the last digits. */
function differ(value: number, other: number): boolean {
  return Number.isNaN(value) ? !Number.isNaN(other) : !(Math.abs(value - other) < 1e-8)
}

const SCALES = [
  [1, 0.93],
  [1.4, 0.5],
  [1, 0.71],
] as const

test.each(SCALES.flatMap(([x, y]) => [0, 0.02, 0.4].map((holes) => [x, y, holes] as const)))(
  'bilinear that shrinks rows gives what all its taps do: scales %d and %d, %d of the samples missing',
  (scaleX, scaleY, holes) => {
    const window = windowOf(scaleX, scaleY, holes)
    expect(pointKernel('bilinear', window, N, true)).toBeInstanceOf(ShrinkingBilinear)
    const expected = valuesOf(new Convolve('bilinear', window, N), false)
    const found = valuesOf(new ShrinkingBilinear(window, N), false)
    expect(expected.map((band, b) => band.findIndex((value, i) => differ(value, found[b][i])))).toStrictEqual([-1, -1, -1])
    expect(expected[0].filter((value) => !Number.isNaN(value)).length).toBeGreaterThan(N / 2)
  },
)

test.each([0, 0.02, 0.4])('three bands in one go are the same to the last digit, %d of the samples missing', (holes) => {
  const shrinking = new ShrinkingBilinear(windowOf(1, 0.9, holes), N)
  expect(valuesOf(shrinking, true)).toStrictEqual(valuesOf(shrinking, false))
  const plain = new Bilinear(windowOf(1, 1, holes), N)
  expect(valuesOf(plain, true)).toStrictEqual(valuesOf(plain, false))
})

test('floats, which may be NaN where they have no weight, are left to the kernel that looks at all taps', () => {
  expect(pointKernel('bilinear', windowOf(1, 0.9, 0), N, false)).toBeInstanceOf(Convolve)
})
