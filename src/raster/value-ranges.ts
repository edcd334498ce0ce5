import { evaluate } from './expression/evaluate.ts'
import type { Expression } from './expression/parse.ts'
import { planExpression } from './expression/plan.ts'

export type ValueRange = readonly [min: number, max: number]

/** With more bands the corners of their ranges are too many. */
const MOST_BANDS = 8

/**
 * Ranges of the values of a part, by what its file says of its bands: unscaled, or of an expression the least and the greatest of its
 * values at the corners of its bands' ranges, as rio-tiler. undefined: the file does not say it of all bands. `output`: 0-based.
 */
export function valueRanges(
  wanted: { readonly unscale?: boolean; readonly expression?: Expression },
  file: {
    readonly ranges?: readonly (ValueRange | undefined)[]
    readonly scales?: readonly number[]
    readonly offsets?: readonly number[]
  },
  output: readonly number[],
): readonly ValueRange[] | undefined {
  const ranges: ValueRange[] = []
  for (const band of output) {
    const range = file.ranges?.[band]
    if (!range) return undefined
    const [scale, offset] = wanted.unscale ? [file.scales?.[band] ?? 1, file.offsets?.[band] ?? 0] : [1, 0]
    ranges.push([range[0] * scale + offset, range[1] * scale + offset])
  }
  return wanted.expression ? atCorners(wanted.expression, ranges) : ranges
}

/** `ranges[i]` belongs to `expression.bands[i]`. */
function atCorners(expression: Expression, ranges: readonly ValueRange[]): readonly ValueRange[] | undefined {
  if (ranges.length > MOST_BANDS) return undefined
  const corners = 2 ** ranges.length
  const bandOf = (band: number): Float64Array => {
    const place = expression.bands.indexOf(band)
    return Float64Array.from({ length: corners }, (_, corner) => ranges[place][(corner >> place) & 1])
  }
  const results = evaluate(planExpression(expression, 'float64'), corners, bandOf)
  return results.map((values) => [Math.min(...values), Math.max(...values)] as const)
}
