export interface Measured {
  readonly runs: number
  /** Milliseconds. */
  readonly p50: number
  readonly best: number
}

const WARM_UP = 0.3

/** Runs a task again and again for about `ms` milliseconds, the first part of it unmeasured, and at least 5 times. */
export async function measure(task: () => unknown, ms = 400): Promise<Measured> {
  const start = performance.now()
  while (performance.now() - start < ms * WARM_UP) await task()
  const times: number[] = []
  while (times.length < 5 || performance.now() - start < ms) {
    const before = performance.now()
    await task()
    times.push(performance.now() - before)
  }
  return summary(times)
}

export function summary(times: readonly number[]): Measured {
  const sorted = [...times].sort((a, b) => a - b)
  return { runs: sorted.length, p50: sorted[sorted.length >> 1], best: sorted[0] }
}

/** Of unsorted numbers; NaN of none. @param q from 0 to 1 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
