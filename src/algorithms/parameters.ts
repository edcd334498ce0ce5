import { ParameterError } from '../errors.ts'
import type { Parameter } from './algorithm.ts'
import { type AlgorithmName, type AlgorithmRequest, algorithms } from './registry.ts'

/**
 * Values of `algorithm_params` (a JSON object) for an algorithm, with the defaults filled in. Names that the algorithm does not know are
 * ignored, as in titiler. @throws {ParameterError} 422, no JSON object; 400, a value that the algorithm does not take
 */
export function algorithmRequest(name: AlgorithmName, text: string | undefined): AlgorithmRequest {
  const given = text == null ? {} : parseAlgorithmParams(text)
  const values = Object.entries<Parameter>(algorithms[name].parameters).map(([key, parameter]) => [
    key,
    Object.hasOwn(given, key) ? check(key, given[key], parameter) : parameter.default,
  ])
  return { name, values: Object.fromEntries(values) as AlgorithmRequest['values'] }
}

/** @throws {ParameterError} 422, no JSON object */
export function parseAlgorithmParams(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ParameterError('algorithm_params', 'algorithm_params must be JSON, such as {"azimuth": 90}')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ParameterError('algorithm_params', 'algorithm_params must be a JSON object, such as {"azimuth": 90}')
  return value as Record<string, unknown>
}

/** Numbers may be written as texts. null unsets what may be unset. */
function check(name: string, value: unknown, { type, minimum, maximum, default: fallback }: Parameter): number | undefined {
  if (value === null && fallback === undefined) return undefined
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  const fits = typeof number === 'number' && number >= minimum && number <= maximum
  if (!fits || (type === 'integer' && !Number.isInteger(number))) {
    const kind = type === 'integer' ? 'a whole number' : 'a number'
    throw new ParameterError('algorithm_params', `${name}: must be ${kind} from ${minimum} to ${maximum}`, 400)
  }
  return number
}
