import type { BinaryOperator, FunctionName } from './ast.ts'
import type { Kind } from './kinds.ts'
import { FUNCTIONS_OF_ONE, FUNCTIONS_OF_TWO, remainder } from './numbers.ts'

/** A number of the expression itself. Truth is 0 or 1. */
export interface Constant {
  readonly kind: Kind
  readonly value: number
}

const INT = 2 ** 31

export function wholeConstant(value: number): Constant {
  return { kind: value >= -INT && value < INT ? 'int' : 'long', value }
}

/** Functions that numpy answers with int64 where all arguments are integers. */
const WHOLE = new Set<FunctionName>(['abs', 'ceil', 'floor', 'trunc', 'round', 'sign', 'fmod', 'maximum', 'minimum'])

/** Python's arithmetic between two numbers: they are computed before numexpr sees them. undefined: no value, a division by zero */
export function foldBinary(op: BinaryOperator, a: Constant, b: Constant): Constant | undefined {
  const x = a.value
  const y = b.value
  if (op in COMPARE) return { kind: 'bool', value: COMPARE[op as keyof typeof COMPARE](x, y) ? 1 : 0 }
  const isLogic = op === 'and' || op === 'or' || op === 'xor'
  const real = a.kind === 'double' || b.kind === 'double' || a.kind === 'float' || b.kind === 'float'
  if (isLogic) {
    if (real) return undefined
    const value = bitwise(op, x, y)
    return a.kind === 'bool' && b.kind === 'bool' ? { kind: 'bool', value } : wholeConstant(value)
  }
  const value = ARITHMETIC[op as keyof typeof ARITHMETIC](x, y)
  if (y === 0 && (op === 'div' || op === 'floordiv' || op === 'mod')) return undefined
  const whole = !real && op !== 'div' && !(op === 'pow' && y < 0)
  if (!whole) return { kind: 'double', value }
  if (!(Math.abs(value) < 2 ** 63)) return undefined
  // What numpy made of an integer keeps its 64 bits.
  return a.kind === 'long' || b.kind === 'long' ? { kind: 'long', value } : wholeConstant(value)
}

export function foldFunction(name: FunctionName, args: readonly Constant[]): Constant {
  const [x, y] = args.map(({ value }) => value)
  if (name === 'copy') return args[0]
  if (name === 'ones_like') return { kind: args[0].kind === 'int' ? 'long' : args[0].kind, value: 1 }
  const value =
    args.length === 1
      ? FUNCTIONS_OF_ONE[name as keyof typeof FUNCTIONS_OF_ONE](x)
      : FUNCTIONS_OF_TWO[name as keyof typeof FUNCTIONS_OF_TWO](x, y)
  if (typeof value === 'boolean') return { kind: 'bool', value: value ? 1 : 0 }
  const whole = WHOLE.has(name) && args.every(({ kind }) => kind === 'int' || kind === 'long')
  return { kind: whole ? 'long' : 'double', value }
}

/** Of integers up to 2^53. */
export function bitwise(op: 'and' | 'or' | 'xor', x: number, y: number): number {
  const [a, b] = [BigInt(x), BigInt(y)]
  return Number(op === 'and' ? a & b : op === 'or' ? a | b : a ^ b)
}

const COMPARE = {
  gt: (x: number, y: number) => x > y,
  ge: (x: number, y: number) => x >= y,
  lt: (x: number, y: number) => x < y,
  le: (x: number, y: number) => x <= y,
  eq: (x: number, y: number) => x === y,
  ne: (x: number, y: number) => x !== y,
}

const ARITHMETIC = {
  add: (x: number, y: number) => x + y,
  sub: (x: number, y: number) => x - y,
  mul: (x: number, y: number) => x * y,
  div: (x: number, y: number) => x / y,
  floordiv: (x: number, y: number) => Math.floor(x / y),
  mod: remainder,
  pow: (x: number, y: number) => x ** y,
}
