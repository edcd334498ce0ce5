import type { Reprojection } from '../part-plan.ts'
import { Bilinear } from './bilinear.ts'
import { Convolve } from './convolution.ts'
import { Cubic } from './cubic.ts'
import type { KernelWindow, RowKernel } from './kernel.ts'
import { ShrinkingBilinear } from './shrinking-bilinear.ts'

const AREA = ['average', 'rms', 'mode', 'max', 'min', 'med', 'q1', 'q3'] as const
/** Kernels that look at the whole area of the target pixel. */
export type AreaKernel = (typeof AREA)[number]

export function isAreaKernel(kernel: Reprojection): kernel is AreaKernel {
  return (AREA as readonly string[]).includes(kernel)
}

/** `maxRow`: target pixels a row; `whole`: all samples are whole numbers, so that none is NaN. */
export function pointKernel(kernel: Reprojection, window: KernelWindow, maxRow: number, whole: boolean): RowKernel {
  const sourceScale = window.scaleX >= 0.95 && window.scaleY >= 0.95
  if (kernel === 'bilinear' && sourceScale) return new Bilinear(window, maxRow)
  if (kernel === 'cubic' && sourceScale) return new Cubic(window, maxRow)
  if (kernel === 'bilinear' && whole && ShrinkingBilinear.suits(window)) return new ShrinkingBilinear(window, maxRow)
  if (kernel === 'bilinear' || kernel === 'cubic' || kernel === 'cubic_spline' || kernel === 'lanczos') {
    return new Convolve(kernel, window, maxRow)
  }
  throw new TypeError(`no point kernel ${kernel}`)
}
