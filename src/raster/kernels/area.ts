import type { DataType, Samples } from '../raster.ts'
import type { KernelWindow } from './kernel.ts'
import { meanRow } from './mean.ts'
import { orderRow } from './order.ts'
import type { AreaKernel } from './registry.ts'
import type { Spans } from './spans.ts'

/** Values of one band for a row of target pixels, where `good` is set; clears it where no valid sample lies under the pixel. */
export function areaRow(
  name: AreaKernel,
  window: KernelWindow,
  dtype: DataType,
  data: Samples,
  spans: Spans,
  n: number,
  values: Float64Array,
  good: Uint8Array,
): void {
  if (name === 'average' || name === 'rms') meanRow(name === 'rms', window, data, spans, n, values, good)
  else orderRow(name, window, dtype, data, spans, n, values, good)
}
