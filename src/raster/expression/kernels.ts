import { bitwise } from './constants.ts'
import type { Kind, Register } from './kinds.ts'
import { FUNCTIONS_OF_ONE, FUNCTIONS_OF_TWO, power, remainder } from './numbers.ts'
import type { Operation } from './plan.ts'

/** Computes `n` samples of a register from those of others. */
export type Kernel = (out: Register, n: number, a: Register, b: Register, c: Register) => void

/** The loop of a step. `kind` is that of its operands. */
export function kernelOf(op: Operation, kind: Kind): Kernel {
  const found = LOOPS[kind]?.[op] ?? ALL_KINDS[op]
  if (found) return found
  if (op in FUNCTIONS_OF_TWO) return ofTwo(FUNCTIONS_OF_TWO[op as keyof typeof FUNCTIONS_OF_TWO])
  return ofOne(FUNCTIONS_OF_ONE[op as keyof typeof FUNCTIONS_OF_ONE])
}

/** Slower than a loop of its own, and not felt beside what the function takes. */
function ofOne(f: (x: number) => number | boolean): Kernel {
  return (out, n, a) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i]) as number
  }
}

function ofTwo(f: (x: number, y: number) => number): Kernel {
  return (out, n, a, b) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i], b[i])
  }
}

// Loops stand apart by type, so that each sees one kind of array and stays fast (0.03 ms for 65,536 samples).

const addInt: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = (a[i] + b[i]) | 0
}
const subInt: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = (a[i] - b[i]) | 0
}
const mulInt: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = Math.imul(a[i], b[i])
}
const modWhole: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = b[i] === 0 ? 0 : remainder(a[i], b[i])
}
const floordivWhole: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = b[i] === 0 ? 0 : Math.floor(a[i] / b[i])
}
/** What a processor makes of a power that int32 does not hold. */
const OVERFLOW = -2147483648
const powInt: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) {
    const value = Math.trunc(a[i] ** b[i])
    out[i] = value > 2147483647 || value < OVERFLOW ? (b[i] < 0 ? 0 : OVERFLOW) : value
  }
}
const powLong: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) {
    const value = Math.trunc(a[i] ** b[i])
    out[i] = Number.isFinite(value) ? value : 0
  }
}
const andInt: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] & b[i]
}
const orInt: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] | b[i]
}
const xorInt: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] ^ b[i]
}
const invertInt: Kernel = (out, n, a) => {
  for (let i = 0; i < n; i++) out[i] = ~a[i]
}
const invertLong: Kernel = (out, n, a) => {
  for (let i = 0; i < n; i++) out[i] = -a[i] - 1
}
const invertTruth: Kernel = (out, n, a) => {
  for (let i = 0; i < n; i++) out[i] = a[i] ^ 1
}

const add: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] + b[i]
}
const sub: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] - b[i]
}
const mul: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] * b[i]
}
const div: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] / b[i]
}
const modDouble: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] - Math.floor(a[i] / b[i]) * b[i]
}
/** Each step rounded to float32, as numexpr computes it. */
const modFloat: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] - Math.fround(Math.floor(Math.fround(a[i] / b[i])) * b[i])
}
const floordivDouble: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = Math.floor(a[i] / b[i])
}
const floordivFloat: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = Math.floor(Math.fround(a[i] / b[i]))
}

const neg: Kernel = (out, n, a) => {
  for (let i = 0; i < n; i++) out[i] = -a[i]
}
const gt: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] > b[i] ? 1 : 0
}
const ge: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] >= b[i] ? 1 : 0
}
const eq: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0
}
const ne: Kernel = (out, n, a, b) => {
  for (let i = 0; i < n; i++) out[i] = a[i] !== b[i] ? 1 : 0
}
const where: Kernel = (out, n, a, b, c) => {
  for (let i = 0; i < n; i++) out[i] = a[i] !== 0 ? b[i] : c[i]
}
/** Between arrays of two types the engine's own copy is the fastest. */
const cast: Kernel = (out, n, a) => out.set(a.subarray(0, n))

type Loops = Partial<Record<Operation, Kernel>>

const ALL_KINDS: Loops = { neg, gt, ge, eq, ne, where, cast }
const LOOPS: Readonly<Record<Kind, Loops>> = {
  bool: { and: andInt, or: orInt, xor: xorInt, invert: invertTruth },
  int: {
    add: addInt,
    sub: subInt,
    mul: mulInt,
    mod: modWhole,
    floordiv: floordivWhole,
    pow: powInt,
    and: andInt,
    or: orInt,
    xor: xorInt,
    invert: invertInt,
  },
  long: {
    add,
    sub,
    mul,
    mod: modWhole,
    floordiv: floordivWhole,
    pow: powLong,
    and: ofTwo((x, y) => bitwise('and', x, y)),
    or: ofTwo((x, y) => bitwise('or', x, y)),
    xor: ofTwo((x, y) => bitwise('xor', x, y)),
    invert: invertLong,
  },
  float: { add, sub, mul, div, mod: modFloat, floordiv: floordivFloat, pow: ofTwo(power) },
  double: { add, sub, mul, div, mod: modDouble, floordiv: floordivDouble, pow: ofTwo(power) },
}
