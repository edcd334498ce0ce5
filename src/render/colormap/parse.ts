import { ParameterError } from '../../errors.ts'
import type { Colormap, Rgba } from './colormap.ts'

const MAX_ENTRIES = 1024

/**
 * Reads a colormap as titiler: `{"VALUE": COLOR}` or `[[[MIN, MAX], COLOR]]`, a colour being `[r, g, b]`, `[r, g, b, a]`, `"#rgb"`,
 * `"#rgba"`, `"#rrggbb"` or `"#rrggbbaa"`. @throws ParameterError 400 that says which entry is at fault
 */
export function parseColormap(text: string): Colormap {
  const json = parseJson(text)
  if (Array.isArray(json)) return { kind: 'intervals', entries: checkCount(json).map(interval) }
  if (typeof json !== 'object' || json === null) throw fault('it is an object of values or a list of intervals')
  const entries = checkCount(Object.entries(json)).map(([key, value]) => [numberOf(key), color(value, `value ${key}`)] as const)
  return { kind: 'values', entries }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw fault('it is not JSON')
  }
}

function checkCount<T>(entries: T[]): T[] {
  if (entries.length === 0) throw fault('it is empty')
  if (entries.length > MAX_ENTRIES) throw fault(`it has more than ${MAX_ENTRIES} entries`)
  return entries
}

function numberOf(key: string): number {
  const value = key.trim() === '' ? Number.NaN : Number(key)
  if (!Number.isFinite(value)) throw fault(`${JSON.stringify(key)} is not a number`)
  return value
}

function interval(entry: unknown, index: number): [number, number, Rgba] {
  const where = `interval ${index + 1}`
  const [range, value, ...more]: unknown[] = Array.isArray(entry) ? entry : []
  const [min, max, ...others]: unknown[] = Array.isArray(range) ? range : []
  if (typeof min !== 'number' || typeof max !== 'number' || more.length > 0 || others.length > 0)
    throw fault(`${where} is not [[min, max], color]`)
  return [min, max, color(value, where)]
}

function color(value: unknown, where: string): Rgba {
  const parts = typeof value === 'string' ? fromHex(value) : Array.isArray(value) ? (value as unknown[]) : []
  const valid = parts.length >= 3 && parts.length <= 4 && parts.every((part) => Number.isInteger(part) && isByte(part as number))
  if (!valid) throw fault(`the color of ${where} is not [r, g, b], [r, g, b, a] or "#rrggbbaa", with parts from 0 to 255`)
  const [red, green, blue, alpha = 255] = parts as number[]
  return [red, green, blue, alpha]
}

function isByte(part: number): boolean {
  return part >= 0 && part <= 255
}

function fromHex(text: string): number[] {
  const [, digits] = /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(text) ?? []
  if (!digits) return []
  const width = digits.length <= 4 ? 1 : 2
  return Array.from({ length: digits.length / width }, (_, i) => {
    const part = digits.slice(i * width, (i + 1) * width)
    return Number.parseInt(width === 1 ? part + part : part, 16)
  })
}

function fault(what: string): ParameterError {
  return new ParameterError('colormap', `colormap: ${what}`, 400)
}
