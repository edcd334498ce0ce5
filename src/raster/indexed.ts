import type { PartRequest, Reprojection, Resampling } from './part-plan.ts'

/** Kernels whose result is one of the samples. */
const CHOOSE: ReadonlySet<Reprojection | Resampling> = new Set(['nearest', 'mode', 'max', 'min', 'med', 'q1', 'q3'] as const)

/**
 * The request with kernels that do not mix. `resamples`: whether `resampling` makes pixels here; of a grid that is warped whole it only
 * chooses the level, and that choice stays.
 */
export function unmixed(request: PartRequest, resamples: boolean): PartRequest {
  return {
    ...request,
    reproject: CHOOSE.has(request.reproject) ? request.reproject : 'nearest',
    resampling: !resamples || CHOOSE.has(request.resampling) ? request.resampling : 'nearest',
  }
}
