import type { DataType, Samples } from '../raster.ts'
import { evaluate } from './evaluate.ts'
import type { Expression } from './parse.ts'
import { type ExpressionPlan, planExpression } from './plan.ts'

/** `bands[i]` are the samples of the i-th band that the expression reads, `masks[i]` their validity: 255 valid. */
export interface ExpressionInput {
  readonly bands: readonly Samples[]
  readonly masks: readonly Uint8Array[]
}

export interface ExpressionResult extends ExpressionInput {
  readonly dtype: DataType
  /** float64 samples that are numpy's int64. */
  readonly wholeNumbers?: 'int64'
}

/** Plans and evaluates an expression over bands of one type. @throws ExpressionError an operator that the type does not have */
export function applyExpression(
  expression: Expression,
  { dtype, ...input }: ExpressionInput & { readonly dtype: DataType },
): ExpressionResult {
  return applyPlan(planExpression(expression, dtype), input)
}

/** Evaluates a plan: one band a block. A sample is valid where ALL bands are that any block reads. */
export function applyPlan(plan: ExpressionPlan, { bands, masks }: ExpressionInput): ExpressionResult {
  const results = evaluate(plan, bands[0].length, (band) => bands[plan.bands.indexOf(band)])
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
