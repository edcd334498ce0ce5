import { ParameterError } from '../../errors.ts'
import { isFloat, type Raster, type Samples, TYPE_RANGE } from '../../raster/raster.ts'
import { alphaToUint8 } from '../rescale.ts'
import type { ColorOperation } from './parse.ts'
import { saturate } from './saturation.ts'

/**
 * Applies operations as rio-color: each one starts from the values over their type's greatest, 0..1, and ends in uint8, truncated, so
 * that all but the first see 8 bits; bands that an operation leaves alone take the same way. Negative values are 0.
 * @throws ParameterError 400, values with a fraction, or bands that are not there
 */
export function applyColorFormula(raster: Raster, operations: readonly ColorOperation[]): Raster {
  if (isFloat(raster.dtype)) throw refused('it takes integers: these values have a fraction, give a rescale')
  const alpha = raster.alpha && alphaToUint8(raster.alpha, raster.dtype)
  let bands: readonly Samples[] = raster.bands
  let [, max] = TYPE_RANGE[raster.dtype]
  for (const operation of operations) {
    bands = operation.op === 'saturation' ? saturated(bands, max, operation.proportion) : toneBands(bands, max, operation)
    max = 255
  }
  return { ...raster, dtype: 'uint8', bands, alpha }
}

function saturated(bands: readonly Samples[], max: number, proportion: number): Uint8Array[] {
  if (bands.length !== 3) throw refused(`saturation is for 3 bands, and these are ${bands.length}`)
  return saturate(bands, max, proportion)
}

function toneBands(
  bands: readonly Samples[],
  max: number,
  operation: Exclude<ColorOperation, { op: 'saturation' }>,
): readonly Uint8Array[] {
  const missing = operation.bands.find((band) => band >= bands.length)
  if (missing !== undefined)
    throw refused(`${operation.op} names band ${missing + 1}, and there ${bands.length === 1 ? 'is 1' : `are ${bands.length}`}`)
  const curve = operation.op === 'gamma' ? gamma(operation.gamma) : sigmoidal(operation.contrast, operation.bias)
  return bands.map((band, index) => tone(band, max, operation.bands.includes(index) ? curve : same))
}

type Curve = (v: number) => number

const same: Curve = (v) => v

/** Values up to 16 bits go through a table. */
const LARGEST_TABLE = 65535

function tone(band: Samples, max: number, curve: Curve): Uint8Array {
  const out = new Uint8Array(band.length)
  const at = (value: number) => Math.trunc(curve(Math.max(value, 0) / max) * 255)
  if (max > LARGEST_TABLE) {
    for (let i = 0; i < out.length; i++) out[i] = at(band[i])
    return out
  }
  const table = Uint8Array.from({ length: max + 1 }, (_, value) => at(value))
  for (let i = 0; i < out.length; i++) out[i] = band[i] > 0 ? table[band[i]] : table[0]
  return out
}

function gamma(g: number): Curve {
  return (v) => v ** (1 / g)
}

/** The least step above 1: rio-color puts it for a bias of 0. */
const EPSILON = Number.EPSILON

function sigmoidal(contrast: number, bias: number): Curve {
  const a = bias === 0 ? EPSILON : bias
  const b = contrast
  if (b === 0) return (v) => v
  if (b > 0) {
    const least = 1 / (1 + Math.exp(b * a))
    const range = 1 / (1 + Math.exp(b * (a - 1))) - least
    return (v) => (1 / (1 + Math.exp(b * (a - v))) - least) / range
  }
  const high = 1 + Math.exp(b * a - b)
  const low = 1 + Math.exp(b * a)
  return (v) => (b * a - Math.log(1 / (v / high - v / low + 1 / low) - 1)) / b
}

function refused(what: string): ParameterError {
  return new ParameterError('color_formula', `color_formula: ${what}`, 400)
}
