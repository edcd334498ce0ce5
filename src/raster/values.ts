import { applyPlan } from './expression/apply.ts'
import type { Expression } from './expression/parse.ts'
import { type ExpressionPlan, planExpression } from './expression/plan.ts'
import type { WarpedPart } from './part-plan.ts'
import type { DataType, Samples } from './raster.ts'

/** What is done to the values of one asset before they are composed. Plain data: it travels to a raster thread. */
export interface ValueSteps {
  /** float32(value) * scale + offset, band by band as they were read. */
  readonly scaling?: { readonly scales: readonly number[]; readonly offsets: readonly number[] }
  readonly expression?: ExpressionPlan
}

/** undefined: the values stay as they are. `output`: 0-based bands of the file as they are read. @throws ExpressionError */
export function planValues(
  wanted: { readonly unscale?: boolean; readonly expression?: Expression },
  file: { readonly dtype: DataType; readonly scales?: readonly number[]; readonly offsets?: readonly number[] },
  output: readonly number[],
): ValueSteps | undefined {
  const { unscale, expression } = wanted
  if (!unscale && !expression) return undefined
  const dtype = unscale ? 'float32' : file.dtype
  return {
    scaling: unscale
      ? { scales: output.map((band) => file.scales?.[band] ?? 1), offsets: output.map((band) => file.offsets?.[band] ?? 0) }
      : undefined,
    expression: expression && planExpression(expression, dtype),
  }
}

/** Unscales, then evaluates the expression. Alpha samples of the file are dropped: the masks say where they were opaque. */
export function applyValues(part: WarpedPart, dtype: DataType, { scaling, expression }: ValueSteps): WarpedPart {
  const { width, height } = part
  const scaled = scaling
    ? { dtype: 'float32' as const, bands: unscaled(part.bands, scaling), masks: part.masks }
    : { ...part, dtype }
  if (!expression) return { width, height, ...scaled, alpha: undefined }
  return { width, height, ...applyPlan(expression, scaled) }
}

/** As numpy does it in place: each step is computed in float64 and stored in float32. */
function unscaled(bands: readonly Samples[], { scales, offsets }: NonNullable<ValueSteps['scaling']>): Float32Array[] {
  return bands.map((band, index) => {
    const out = Float32Array.from(band)
    const [scale, offset] = [scales[index], offsets[index]]
    for (let i = 0; i < out.length; i++) out[i] = Math.fround(out[i] * scale) + offset
    return out
  })
}
