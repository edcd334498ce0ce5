import { ParameterError } from '../../errors.ts'

/** One operation. `bands` are 0-based: 0 red, 1 green, 2 blue. Plain data. */
export type ColorOperation =
  | { readonly op: 'gamma'; readonly bands: readonly number[]; readonly gamma: number }
  | { readonly op: 'sigmoidal'; readonly bands: readonly number[]; readonly contrast: number; readonly bias: number }
  | { readonly op: 'saturation'; readonly proportion: number }

const ARGUMENTS = { gamma: 'BANDS GAMMA', sigmoidal: 'BANDS CONTRAST BIAS', saturation: 'PROPORTION' } as const
type Operation = keyof typeof ARGUMENTS

const LETTERS = 'rgb'
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const MAX_OPERATIONS = 16

/**
 * Reads rio-color's formulas: `gamma BANDS G`, `sigmoidal BANDS CONTRAST BIAS`, `saturation PROPORTION`, one after the other; commas are
 * spaces, bands are letters (`rgb`) or digits from 1. @throws ParameterError
 */
export function parseColorFormula(text: string): ColorOperation[] {
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '')
  const operations: ColorOperation[] = []
  for (let at = 0; at < words.length;) {
    const name = words[at]
    if (!isOperation(name)) throw fault(`${JSON.stringify(name)} is not one of ${Object.keys(ARGUMENTS).join(', ')}`)
    const count = ARGUMENTS[name].split(' ').length
    const args = words.slice(at + 1, at + 1 + count)
    if (args.length < count || args.some(isOperation)) throw fault(`it is ${name} ${ARGUMENTS[name]}`)
    operations.push(operation(name, args))
    at += 1 + count
  }
  if (operations.length === 0) throw fault('there is no operation in it')
  if (operations.length > MAX_OPERATIONS) throw fault(`at most ${MAX_OPERATIONS} operations`)
  return operations
}

function isOperation(word: string): word is Operation {
  return Object.hasOwn(ARGUMENTS, word)
}

function operation(name: Operation, args: readonly string[]): ColorOperation {
  if (name === 'saturation') return { op: name, proportion: number(name, args[0]) }
  const bands = bandIndices(name, args[0])
  if (name === 'gamma') {
    const gamma = number(name, args[1])
    if (gamma <= 0) throw fault('gamma must be greater than 0')
    return { op: name, bands, gamma }
  }
  const [contrast, bias] = [number(name, args[1]), number(name, args[2])]
  if (bias < 0 || bias > 1) throw fault('the bias of sigmoidal must be between 0 and 1')
  return { op: name, bands, contrast, bias }
}

function bandIndices(name: Operation, text: string): number[] {
  const indices = [...text].map((letter) => (/[1-3]/.test(letter) ? Number(letter) - 1 : LETTERS.indexOf(letter)))
  if (indices.includes(-1))
    throw fault(`the bands of ${name} are letters of rgb or digits from 1 to 3, not ${JSON.stringify(text)}`)
  return [...new Set(indices)]
}

function number(name: Operation, text: string): number {
  if (!NUMBER.test(text) || !Number.isFinite(Number(text))) throw fault(`${JSON.stringify(text)} is not a number for ${name}`)
  return Number(text)
}

function fault(what: string): ParameterError {
  return new ParameterError('color_formula', `color_formula: ${what}`)
}
