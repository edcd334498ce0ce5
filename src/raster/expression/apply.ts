import type { DataType, Samples } from '../raster.ts'
import { evaluate } from './evaluate.ts'
import type { Expression } from './parse.ts'
import { type ExpressionPlan, planExpression } from './plan.ts'

/** `bands[i]` are the samples of `expression.bands[i]`, masks beside them; 255 valid. */
export interface ExpressionInput {
  readonly dtype: DataType
  readonly bands: readonly Samples[]
  readonly masks: readonly Uint8Array[]
}

/**
 * Evaluates an expression: one band a block. A sample is valid where ALL bands are that any block reads.
 * @throws ExpressionError an operator that the type does not have
 */
export function applyExpression(
  expression: Expression,
  { dtype, bands, masks }: ExpressionInput,
  plan: ExpressionPlan = planExpression(expression, dtype),
): { dtype: DataType; wholeNumbers?: 'int64'; bands: Samples[]; masks: Uint8Array[] } {
  const places = new Map(expression.bands.map((band, place) => [band, bands[place]]))
  const [first] = bands
  const results = evaluate(plan, first.length, (band) => places.get(band) ?? first)
  const mask = validInAll(masks)
  return { dtype: plan.dtype, wholeNumbers: plan.wholeNumbers, bands: results, masks: results.map(() => mask) }
}

function validInAll(masks: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = new Set(masks)
  if (others.length === 0) return first
  const mask = first.slice()
  for (const other of others) for (let i = 0; i < mask.length; i++) if (other[i] === 0) mask[i] = 0
  return mask
}
