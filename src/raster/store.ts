import { type DataType, TYPE_RANGE, isFloat } from './raster.ts'

/** How computed values become samples of a type. */
export interface Store {
  readonly integer: boolean
  readonly min: number
  readonly max: number
  /** Results that equal `nodata` move to `instead` (integers only; undefined: nothing moves). */
  readonly nodata?: number
  readonly instead: number
}

export function warpStore(dtype: DataType, nodata: number | undefined): Store {
  const [min, max] = TYPE_RANGE[dtype]
  const integer = !isFloat(dtype)
  const clash = integer && nodata !== undefined && Number.isInteger(nodata) && nodata >= min && nodata <= max
  return { integer, min, max, nodata: clash ? nodata : undefined, instead: nodata === min ? min + 1 : (nodata ?? 0) - 1 }
}

/** Value of pixels that nothing is written to. */
export function initialValue(dtype: DataType, nodata: number | undefined): number {
  if (nodata === undefined) return 0
  if (isFloat(dtype)) return nodata
  const [min, max] = TYPE_RANGE[dtype]
  return Number.isNaN(nodata) ? 0 : Math.trunc(Math.max(min, Math.min(max, nodata)))
}

/** Clamps and rounds (a half goes up) the values of a row where `good` is set and keeps them clear of nodata; elsewhere `initial`. In place. */
export function finishRow(row: Float64Array, good: Uint8Array, n: number, store: Store, initial: number): void {
  const { integer, min, max, instead } = store
  const nodata = store.nodata ?? Number.NaN
  for (let i = 0; i < n; i++) {
    if (good[i] === 0) row[i] = initial
    else if (integer) {
      let v = Math.floor(row[i] + 0.5)
      if (v < min) v = min
      else if (v > max) v = max
      row[i] = v === nodata ? instead : v
    }
  }
}
