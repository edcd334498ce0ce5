/** An expression as it was written; types come later, with the data. `at`: 0-based character. */
export type Ast =
  | { readonly type: 'band'; readonly band: number; readonly at: number }
  | { readonly type: 'number'; readonly value: number; readonly integer: boolean; readonly at: number }
  | { readonly type: 'unary'; readonly op: UnaryOperator; readonly of: Ast; readonly at: number }
  | { readonly type: 'binary'; readonly op: BinaryOperator; readonly left: Ast; readonly right: Ast; readonly at: number }
  | { readonly type: 'call'; readonly name: FunctionName; readonly args: readonly Ast[]; readonly at: number }

export type UnaryOperator = 'neg' | 'pos' | 'invert'
export type Comparison = 'gt' | 'ge' | 'lt' | 'le' | 'eq' | 'ne'
export type BinaryOperator = 'add' | 'sub' | 'mul' | 'div' | 'floordiv' | 'mod' | 'pow' | 'and' | 'or' | 'xor' | Comparison

interface FunctionRule {
  readonly args: number
  /** The least type of the result, as in numexpr; integers become float64 unless they stay. */
  readonly least: 'float' | 'double'
  readonly integersStay?: boolean
  /** The result is true or false. */
  readonly logical?: boolean
}

const float = { args: 1, least: 'float' } as const
const double = { args: 1, least: 'double' } as const
const test = { args: 1, least: 'double', logical: true } as const

/** numexpr's functions (2.14, `expressions.py`) but for complex numbers, texts and sums over the whole picture. */
export const FUNCTIONS = {
  sqrt: float,
  sin: float,
  cos: float,
  tan: float,
  arcsin: float,
  arccos: float,
  arctan: float,
  sinh: float,
  cosh: float,
  tanh: float,
  arcsinh: float,
  arccosh: float,
  arctanh: float,
  log: float,
  log1p: float,
  log10: float,
  log2: float,
  exp: float,
  expm1: float,
  abs: float,
  ceil: float,
  floor: float,
  trunc: double,
  round: { args: 1, least: 'double', integersStay: true },
  sign: { args: 1, least: 'double', integersStay: true },
  isnan: test,
  isfinite: test,
  isinf: test,
  signbit: test,
  copy: { args: 1, least: 'float', integersStay: true },
  ones_like: { args: 1, least: 'float', integersStay: true },
  fmod: { args: 2, least: 'float' },
  arctan2: { args: 2, least: 'float' },
  hypot: { args: 2, least: 'double' },
  nextafter: { args: 2, least: 'double' },
  copysign: { args: 2, least: 'double' },
  maximum: { args: 2, least: 'double' },
  minimum: { args: 2, least: 'double' },
  where: { args: 3, least: 'float' },
} as const satisfies Record<string, FunctionRule>

export type FunctionName = keyof typeof FUNCTIONS

export function functionRule(name: FunctionName): FunctionRule {
  return FUNCTIONS[name]
}
