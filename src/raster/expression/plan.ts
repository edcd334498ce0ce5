import type { DataType } from '../raster.ts'
import { type Ast, type BinaryOperator, functionRule, type FunctionName, type UnaryOperator } from './ast.ts'
import { type Constant, foldBinary, foldFunction, wholeConstant } from './constants.ts'
import { ExpressionError } from './fault.ts'
import { commonKind, isWhole, type Kind, kindOf, resultType } from './kinds.ts'
import type { Expression } from './parse.ts'

/** One step: its operands are results of earlier steps, by their index. `in` is the kind of the operands where it is not the result's. */
export type Instruction =
  | { readonly op: 'band'; readonly kind: Kind; readonly band: number }
  | { readonly op: 'constant'; readonly kind: Kind; readonly value: number }
  | { readonly op: Operation; readonly kind: Kind; readonly in: Kind; readonly args: readonly number[] }

export type Operation =
  | 'cast'
  | 'neg'
  | 'invert'
  | Exclude<BinaryOperator, 'lt' | 'le'>
  | Exclude<FunctionName, 'copy' | 'ones_like'>

/** What an expression comes to for bands of one type. Equal steps stand once. Plain data: it travels to a raster thread. */
export interface ExpressionPlan {
  /** 0-based bands that are read, ascending. */
  readonly bands: readonly number[]
  readonly instructions: readonly Instruction[]
  /** Index of the step that is each band of the result. */
  readonly outputs: readonly number[]
  /** Type of the result. */
  readonly dtype: DataType
  /** The result is numpy's int64, in float64. */
  readonly wholeNumbers?: 'int64'
}

/** Powers that numexpr turns into products. */
const PRODUCT_POWER = 50

/** Types of every step, by numexpr's rules. @throws ExpressionError an operator that the types do not have */
export function planExpression({ text, blocks, bands }: Expression, dtype: DataType): ExpressionPlan {
  const planner = new Planner(text, kindOf(dtype))
  const outputs = blocks.map(({ ast }) => planner.step(planner.value(ast)))
  const { instructions } = planner
  const kinds = outputs.map((index) => instructions[index].kind)
  const wholeNumbers = kinds.includes('long') && !kinds.includes('float') && !kinds.includes('double') ? 'int64' : undefined
  return { bands, instructions, outputs, dtype: resultType(kinds), wholeNumbers }
}

/** A constant, or the step that computes it. */
type Value = Constant & { readonly step?: number }

class Planner {
  readonly instructions: Instruction[] = []
  readonly #known = new Map<string, number>()
  readonly #text: string
  readonly #bandKind: Kind

  constructor(text: string, bandKind: Kind) {
    this.#text = text
    this.#bandKind = bandKind
  }

  value(ast: Ast): Value {
    if (ast.type === 'band') return this.#made({ op: 'band', kind: this.#bandKind, band: ast.band })
    if (ast.type === 'number') return ast.integer ? wholeConstant(ast.value) : { kind: 'double', value: ast.value }
    if (ast.type === 'unary') return this.#unary(ast.op, this.value(ast.of), ast.at)
    if (ast.type === 'binary') return this.#binary(ast.op, this.value(ast.left), this.value(ast.right), ast.at)
    return this.#call(
      ast.name,
      ast.args.map((arg) => this.value(arg)),
      ast.at,
    )
  }

  step(value: Value): number {
    return value.step ?? this.#add({ op: 'constant', kind: value.kind, value: value.value })
  }

  #unary(op: UnaryOperator, of: Value, at: number): Value {
    if (op === 'pos') return of
    const { kind } = of
    if (of.step === undefined) {
      if (op === 'neg') return kind === 'bool' ? wholeConstant(-of.value) : { kind, value: -of.value }
      // As Python, for which ~True is -2.
      if (kind === 'long') return { kind, value: -of.value - 1 }
      if (kind === 'bool' || kind === 'int') return wholeConstant(-of.value - 1)
    } else if (op === 'neg' ? kind !== 'bool' : kind === 'bool' || isWhole(kind)) return this.#apply(op, kind, kind, [of])
    throw this.#fault(`${op === 'neg' ? '-' : '~'} is not for ${describe(kind)}`, at)
  }

  #binary(op: BinaryOperator, a: Value, b: Value, at: number): Value {
    if (a.step === undefined && b.step === undefined) {
      const folded = foldBinary(op, a, b)
      if (!folded) throw this.#fault('these numbers have no such result', at)
      return folded
    }
    // As numexpr, which has only these two.
    if (op === 'lt') return this.#compare('gt', b, a)
    if (op === 'le') return this.#compare('ge', b, a)
    if (op === 'gt' || op === 'ge' || op === 'eq' || op === 'ne') return this.#compare(op, a, b)
    if (op === 'div') return this.#divide(a, b)
    if (op === 'pow') return this.#power(a, b, at)
    return this.#arithmetic(op, a, b, at)
  }

  #compare(op: 'gt' | 'ge' | 'eq' | 'ne', a: Value, b: Value): Value {
    const common = commonKind([a.kind, b.kind])
    return this.#apply(op, 'bool', common === 'bool' && (op === 'gt' || op === 'ge') ? 'int' : common, [a, b])
  }

  #divide(a: Value, b: Value): Value {
    // A product with the reciprocal, where numexpr computes that.
    if (b.step === undefined && a.kind === b.kind && (a.kind === 'float' || a.kind === 'double'))
      return this.#apply('mul', a.kind, a.kind, [a, { kind: b.kind, value: 1 / b.value }])
    const common = commonKind([a.kind, b.kind])
    const kind = common === 'float' ? 'float' : 'double'
    return this.#apply('div', kind, kind, [a, b])
  }

  #arithmetic(op: Exclude<BinaryOperator, 'div' | 'pow' | 'lt' | 'le'>, a: Value, b: Value, at: number): Value {
    const kind = commonKind([a.kind, b.kind])
    const isLogic = op === 'and' || op === 'or' || op === 'xor'
    if (isLogic && !isWhole(kind) && kind !== 'bool') throw this.#fault(`${symbol(op)} is not for ${describe(kind)}`, at)
    if (kind !== 'bool' || isLogic) return this.#apply(op, kind, kind, [a, b])
    if (op === 'add') return this.#apply('or', kind, kind, [a, b])
    if (op === 'mul') return this.#apply('and', kind, kind, [a, b])
    throw this.#fault(`${symbol(op)} is not for ${describe(kind)}`, at)
  }

  #power(a: Value, b: Value, at: number): Value {
    const kind = commonKind([a.kind, b.kind])
    if (b.step !== undefined) {
      if (kind === 'bool') throw this.#fault(`** is not for ${describe(kind)}`, at)
      return this.#apply('pow', kind, kind, [a, b])
    }
    if (isWhole(a.kind) && isWhole(b.kind) && b.value < 0)
      throw this.#fault('integers have no negative powers: write the exponent with a point', at)
    if (Math.trunc(2 * b.value) === 2 * b.value && Math.abs(b.value) <= PRODUCT_POWER) return this.#product(a, b.value, at)
    if (kind === 'bool') throw this.#fault(`** is not for ${describe(kind)}`, at)
    return this.#apply('pow', kind, kind, [a, b])
  }

  /** numexpr's way with integral and half powers, which decides the type: an integer squared stays one, also with 2.0. */
  #product(a: Value, exponent: number, at: number): Value {
    const count = Math.trunc(Math.abs(exponent))
    const times = (x: Value | undefined, y: Value) => (x ? this.#arithmetic('mul', x, y, at) : y)
    let result: Value | undefined
    let square = a
    for (let bit = 1; bit <= count; bit *= 2) {
      if (bit > 1) square = times(square, square)
      if ((count & bit) !== 0) result = times(result, square)
    }
    if (!Number.isInteger(exponent)) result = times(result, this.#call('sqrt', [a], at))
    result ??= { kind: a.kind, value: 1 }
    return exponent < 0 ? this.#divide({ kind: 'int', value: 1 }, result) : result
  }

  #call(name: FunctionName, args: readonly Value[], at: number): Value {
    if (name === 'where') return this.#where(args[0], args[1], args[2], at)
    if (args.every(({ step }) => step === undefined)) return foldFunction(name, args)
    if (name === 'copy') return args[0]
    if (name === 'ones_like') return { kind: args[0].kind, value: 1 }
    const rule = functionRule(name)
    const common = commonKind(args.map(({ kind }) => kind))
    if (rule.integersStay && isWhole(common)) return name === 'round' ? args[0] : this.#apply(name, common, common, args)
    const least = isWhole(common) ? 'double' : rule.logical ? common : rule.least
    const kind = commonKind([common, least])
    const input = kind === 'bool' ? 'float' : kind
    return this.#apply(name, rule.logical ? 'bool' : input, input, args)
  }

  #where(condition: Value, yes: Value, no: Value, at: number): Value {
    if (condition.step === undefined) return condition.value === 0 ? no : yes
    if (condition.kind !== 'bool')
      throw this.#fault(`where takes a comparison first, such as b1 > 0, not ${describe(condition.kind)}`, at)
    const kind = commonKind([yes.kind, no.kind])
    const args = [condition.step, this.#cast(yes, kind), this.#cast(no, kind)]
    return this.#made({ op: 'where', kind, in: kind, args })
  }

  #apply(op: Operation, kind: Kind, input: Kind, args: readonly Value[]): Value {
    return this.#made({ op, kind, in: input, args: args.map((arg) => this.#cast(arg, input)) })
  }

  #cast(value: Value, kind: Kind): number {
    if (value.kind === kind) return this.step(value)
    if (value.step === undefined) return this.step({ kind, value: kind === 'float' ? Math.fround(value.value) : value.value })
    return this.#add({ op: 'cast', kind, in: value.kind, args: [value.step] })
  }

  #made(instruction: Instruction): Value {
    return { kind: instruction.kind, value: NaN, step: this.#add(instruction) }
  }

  #add(instruction: Instruction): number {
    const key = Object.entries(instruction)
      .map(([name, value]) => `${name} ${Object.is(value, -0) ? '-0' : String(value)}`)
      .join(' ')
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.instructions.length)
    return this.instructions.push(instruction) - 1
  }

  #fault(what: string, at: number): ExpressionError {
    return new ExpressionError(this.#text, at, what)
  }
}

const DESCRIBED: Readonly<Record<Kind, string>> = {
  bool: 'what is true or false',
  int: 'integers',
  long: 'integers',
  float: 'numbers with a fraction',
  double: 'numbers with a fraction',
}

function describe(kind: Kind): string {
  return DESCRIBED[kind]
}

const SYMBOLS: Readonly<Partial<Record<BinaryOperator, string>>> = {
  add: '+',
  sub: '-',
  mul: '*',
  floordiv: '//',
  mod: '%',
  and: '&',
  or: '|',
  xor: '^',
}

function symbol(op: BinaryOperator): string {
  return SYMBOLS[op] ?? op
}
