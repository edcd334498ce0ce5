/** The remainder with the divisor's sign, as in Python. */
export function remainder(x: number, y: number): number {
  return ((x % y) + y) % y
}

/** C's power: 1 to any power and -1 to an infinite one are 1, where JavaScript says NaN. */
export function power(x: number, y: number): number {
  return x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : x ** y
}

/** To the nearest integer, halves to the even one. */
function roundEven(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  if (rest < 0.5) return floor
  return rest > 0.5 || floor % 2 !== 0 ? floor + 1 : floor
}

function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0)
}

const bits = new DataView(new ArrayBuffer(8))

/** The next float64 after x on the way to y. */
function nextAfter(x: number, y: number): number {
  if (x !== x || y !== y) return NaN
  if (x === y) return y
  if (x === 0) return y > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE
  bits.setFloat64(0, x)
  const up = x > 0 === y > x
  bits.setBigInt64(0, bits.getBigInt64(0) + (up ? 1n : -1n))
  return bits.getFloat64(0)
}

/** numexpr's functions of one value, in float64. */
export const FUNCTIONS_OF_ONE = {
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  arcsinh: Math.asinh,
  arccosh: Math.acosh,
  arctanh: Math.atanh,
  log: Math.log,
  log1p: Math.log1p,
  log10: Math.log10,
  log2: Math.log2,
  exp: Math.exp,
  expm1: Math.expm1,
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  round: roundEven,
  sign: (x: number) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN),
  isnan: (x: number) => x !== x,
  isfinite: (x: number) => Number.isFinite(x),
  isinf: (x: number) => x === Infinity || x === -Infinity,
  signbit: isNegative,
} as const satisfies Record<string, (x: number) => number | boolean>

/** numexpr's functions of two values, in float64. */
export const FUNCTIONS_OF_TWO = {
  fmod: (x: number, y: number) => x % y,
  arctan2: Math.atan2,
  hypot: (x: number, y: number) => Math.hypot(x, y),
  nextafter: nextAfter,
  copysign: (x: number, y: number) => (isNegative(x) === isNegative(y) ? x : -x),
  maximum: (x: number, y: number) => (x !== x || y !== y ? NaN : Math.max(x, y)),
  minimum: (x: number, y: number) => (x !== x || y !== y ? NaN : Math.min(x, y)),
} as const satisfies Record<string, (x: number, y: number) => number>
