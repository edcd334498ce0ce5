import { closest, distance } from 'fastest-levenshtein'
import type { ParameterFault } from './error-body.ts'

/** One complaint of the schema validator (Ajv). */
export interface SchemaComplaint {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Record<string, unknown>
  readonly message?: string
}

/** A value that is worth repeating, in characters. */
const LONGEST = 100
const PLACES: Readonly<Record<string, string>> = { querystring: 'query', params: 'path', headers: 'header', body: 'body' }

/** The validator's complaints, each with the parameter's place and name; `given` are the values as they came. */
export function validationFaults(
  complaints: readonly SchemaComplaint[],
  context: string,
  given: Readonly<Record<string, unknown>>,
): ParameterFault[] {
  return complaints.map(({ keyword, instancePath, params, message }) => {
    const path = instancePath.split('/').slice(1)
    const missing = keyword === 'required' ? [String(params.missingProperty)] : []
    const loc = [PLACES[context] ?? context, ...path, ...missing].map((part) => (/^\d+$/.test(part) ? Number(part) : part))
    const value = path.reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], given)
    const repeated = context === 'querystring' && path.length === 1 && keyword === 'type' && Array.isArray(value)
    return { loc, msg: repeated ? 'is given more than once' : explain(keyword, params, value, message), type: keyword }
  })
}

function explain(keyword: string, params: Record<string, unknown>, value: unknown, message = 'is not valid'): string {
  if (keyword === 'required') return 'is required'
  if (keyword === 'minLength') return 'is empty'
  if (keyword === 'additionalProperties')
    return `has a member that is not known: ${String(params.additionalProperty).slice(0, LONGEST)}`
  if (keyword === 'minItems' && Array.isArray(value) && value.length === 0) return 'is empty'
  if (keyword !== 'enum') return message
  const allowed = (params.allowedValues as readonly unknown[]).map(String)
  const given = String(value)
  const not = given.length <= LONGEST ? `, not ${given}` : ''
  return `must be one of ${allowed.join(', ')}${not}${suggestion(given, allowed)}`
}

/** "; did you mean X?" where something allowed is near. */
export function suggestion(given: string, allowed: readonly string[]): string {
  if (allowed.length === 0 || given.length > LONGEST) return ''
  const nearest = closest(given, [...allowed])
  return distance(given, nearest) <= Math.max(1, Math.floor(given.length / 3)) ? `; did you mean ${nearest}?` : ''
}
