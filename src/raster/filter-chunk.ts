import type { AxisRead } from './grid-read.ts'
import type { Resampling } from './part-plan.ts'
import { type DataType, type Samples, TYPE_RANGE, isFloat } from './raster.ts'
import type { Rect } from './source-window.ts'

/** One band to be resampled as RasterIO does it. It is not the warper: masks weigh, and a NaN spreads. */
export interface Filter {
  readonly samples: Samples
  /** 0..255, a weight; undefined: all valid. Like samples it covers `region`. */
  readonly mask?: Uint8Array
  /** Pixels of the level that `samples` holds. */
  readonly region: Rect
  readonly x: AxisRead
  readonly y: AxisRead
  readonly method: Resampling
  readonly dtype: DataType
  readonly nodata?: number
}

/** A rectangle of the output that is computed from samples of its own. */
export interface FilterChunk {
  readonly filter: Filter
  readonly x: AxisRead['chunks'][number]
  readonly y: AxisRead['chunks'][number]
  /** Index of the chunk's first sample in the plane. */
  readonly start: number
  readonly stride: number
  /** undefined: all of the chunk counts fully. */
  readonly mask?: Uint8Array
  readonly out: Samples
  /** Stride of `out`. */
  readonly width: number
}

const WIDE: ReadonlySet<DataType> = new Set<DataType>(['int32', 'uint32', 'float64'])

/**
 * One row of a chunk: half away from zero, clamped, clear of nodata; `single`: the work was done in float32, but for wide types. Without
 * `good` there is a value everywhere.
 */
export function storeRow(
  { filter, out, width, x, y }: FilterChunk,
  j: number,
  row: Float64Array,
  good: Uint8Array | undefined,
  single: boolean,
): void {
  const { dtype, nodata } = filter
  const [min, max] = TYPE_RANGE[dtype]
  const at = (y.output + j) * width + x.output
  const integer = !isFloat(dtype)
  const narrow = single && !WIDE.has(dtype)
  const instead = nodata === undefined ? 0 : nodata === max ? nodata - 1 : nodata + 1
  if (narrow && (out instanceof Uint8Array || out instanceof Uint16Array)) {
    storeUnsigned(row, max, nodata ?? -1, instead, out, at)
    if (good) for (let i = 0; i < row.length; i++) if (good[i] === 0) out[at + i] = nodata ?? 0
    return
  }
  for (let i = 0; i < row.length; i++) {
    if (good?.[i] === 0) row[i] = nodata ?? 0
    else if (integer) {
      const v = narrow ? Math.fround(row[i]) : row[i]
      const r = Math.max(min, Math.min(max, v >= 0 ? Math.floor(v + 0.5) : Math.ceil(v - 0.5)))
      row[i] = r === nodata ? instead : r
    }
  }
  out.set(row, at)
}

/** The commonest types, without a sign to look after. */
function storeUnsigned(
  row: Float64Array,
  max: number,
  nodata: number,
  instead: number,
  out: Uint8Array | Uint16Array,
  at: number,
): void {
  for (let i = 0; i < row.length; i++) {
    const rounded = Math.fround(row[i]) + 0.5
    const v = rounded >= max ? max : rounded > 0 ? rounded | 0 : 0
    out[at + i] = v === nodata ? instead : v
  }
}
