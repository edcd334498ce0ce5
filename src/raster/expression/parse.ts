import { type Ast, type BinaryOperator, FUNCTIONS, type FunctionName, type UnaryOperator } from './ast.ts'
import { ExpressionError } from './fault.ts'
import { MAX_BANDS, MAX_BLOCKS, MAX_DEPTH, MAX_LENGTH, MAX_NODES } from './limits.ts'
import { type Token, tokenize } from './tokens.ts'

/** A parsed expression. Plain data. */
export interface Expression {
  readonly text: string
  /** One a band of the result, in order; `text` as it was written, without the spaces around it. */
  readonly blocks: readonly { readonly text: string; readonly ast: Ast }[]
  /** 0-based bands that are read, ascending. */
  readonly bands: readonly number[]
}

/** Python's operators between two values, from the loosest to the tightest; comparisons do not chain. */
const LEVELS: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', '==': 'eq', '!=': 'ne' },
  { '|': 'or' },
  { '^': 'xor' },
  { '&': 'and' },
  { '+': 'add', '-': 'sub' },
  { '*': 'mul', '/': 'div', '//': 'floordiv', '%': 'mod' },
]
const UNARY: Readonly<Record<string, UnaryOperator>> = { '-': 'neg', '+': 'pos', '~': 'invert' }
/** What people write that is called otherwise. */
const WORDS: Readonly<Record<string, string>> = { and: '&', or: '|', not: '~' }
const BAND = /^b([1-9]\d{0,4})$/
/** Reductions of numexpr: of a whole picture, so that each tile would have another value. */
const REDUCTIONS = new Set(['sum', 'prod', 'min', 'max'])

/**
 * Reads a band expression: blocks between semicolons, in Python's grammar as far as numexpr takes it. `min` and `max` of several values
 * are taken for `minimum` and `maximum`. @throws ExpressionError (400) that points at the character
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH)
    throw new ExpressionError(text, MAX_LENGTH, `an expression has at most ${MAX_LENGTH} characters, this one has ${text.length}`)
  const parser = new Parser(text)
  const blocks = parser.blocks()
  const bands = [...parser.bands].toSorted((a, b) => a - b)
  if (bands.length === 0) throw new ExpressionError(text, 0, 'an expression must name a band, such as b1')
  if (bands.length > MAX_BANDS) throw new ExpressionError(text, 0, `an expression reads at most ${MAX_BANDS} bands`)
  return { text, blocks, bands }
}

class Parser {
  readonly bands = new Set<number>()
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0
  #nodes = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokenize(text)
  }

  blocks(): { text: string; ast: Ast }[] {
    const blocks: { text: string; ast: Ast }[] = []
    for (;;) {
      while (this.#take(';'));
      const start = this.#peek()
      if (start.kind === 'end') return blocks
      if (blocks.length === MAX_BLOCKS) throw this.#fault(`an expression has at most ${MAX_BLOCKS} blocks`, start)
      const ast = this.#binary(0)
      const end = this.#peek()
      if (end.kind !== 'end' && end.text !== ';') throw this.#unexpected(end)
      blocks.push({ text: this.#text.slice(start.at, end.at).trim(), ast })
    }
  }

  #binary(level: number): Ast {
    if (level === LEVELS.length) return this.#unary()
    let left = this.#binary(level + 1)
    for (let count = 0; ; count++) {
      const token = this.#peek()
      const op = token.kind === 'operator' && Object.hasOwn(LEVELS[level], token.text) ? LEVELS[level][token.text] : undefined
      if (!op) return left
      if (level === 0 && count > 0) throw this.#fault('comparisons do not chain: write (a < b) & (b < c)', token)
      this.#next++
      left = this.#node({ type: 'binary', op, left, right: this.#binary(level + 1), at: token.at })
    }
  }

  #unary(): Ast {
    const token = this.#peek()
    const op = token.kind === 'operator' && Object.hasOwn(UNARY, token.text) ? UNARY[token.text] : undefined
    if (!op) return this.#power()
    this.#next++
    return this.#node({ type: 'unary', op, of: this.#deeper(token, () => this.#unary()), at: token.at })
  }

  /** Binds tighter than a sign on its left, looser than one on its right; from right to left. */
  #power(): Ast {
    const left = this.#atom()
    const token = this.#peek()
    if (!this.#take('**')) return left
    return this.#node({ type: 'binary', op: 'pow', left, right: this.#deeper(token, () => this.#unary()), at: token.at })
  }

  #atom(): Ast {
    const token = this.#peek()
    this.#next++
    if (token.kind === 'number') return this.#number(token)
    if (token.kind === 'name') return this.#take('(') ? this.#call(token) : this.#band(token)
    if (token.kind !== 'operator' || token.text !== '(') throw this.#unexpected(token)
    const inner = this.#deeper(token, () => this.#binary(0))
    this.#expect(')')
    return inner
  }

  #number({ text, at }: Token): Ast {
    const integer = /^(\d[\d_]*|0x[0-9a-f]+)$/.test(text)
    if (integer && /^0\d/.test(text) && /[1-9]/.test(text))
      throw new ExpressionError(this.#text, at, 'a number with zeros before it')
    const value = Number(text.replaceAll('_', ''))
    if (!Number.isFinite(value) || (integer && value >= 2 ** 63))
      throw new ExpressionError(this.#text, at, 'a number that is too large')
    return this.#node({ type: 'number', value, integer, at })
  }

  #band(token: Token): Ast {
    const [, number] = BAND.exec(token.text) ?? []
    if (!number) {
      const word = Object.hasOwn(WORDS, token.text) ? WORDS[token.text] : undefined
      if (word) throw this.#fault(`${token.text} is written ${word}`, token)
      if (Object.hasOwn(FUNCTIONS, token.text)) throw this.#fault(`${token.text} is a function and needs its arguments`, token)
      throw this.#fault(`${JSON.stringify(token.text)} is not a band: bands are b1, b2 …`, token)
    }
    const band = Number(number) - 1
    this.bands.add(band)
    return this.#node({ type: 'band', band, at: token.at })
  }

  #call(token: Token): Ast {
    const args = this.#deeper(token, () => {
      const list = [this.#binary(0)]
      while (this.#take(',')) list.push(this.#binary(0))
      return list
    })
    this.#expect(')')
    if (REDUCTIONS.has(token.text)) return this.#leastOrMost(token, args)
    if (!Object.hasOwn(FUNCTIONS, token.text))
      throw this.#fault(
        `there is no function ${JSON.stringify(token.text)}; there are ${Object.keys(FUNCTIONS).join(', ')}`,
        token,
      )
    const name = token.text as FunctionName
    const wanted = FUNCTIONS[name].args
    if (args.length !== wanted)
      throw this.#fault(`${name} takes ${wanted} argument${wanted > 1 ? 's' : ''}, not ${args.length}`, token)
    return this.#node({ type: 'call', name, args, at: token.at })
  }

  #leastOrMost(token: Token, args: readonly Ast[]): Ast {
    const name = token.text === 'min' ? 'minimum' : 'maximum'
    if (args.length < 2 || (token.text !== 'min' && token.text !== 'max'))
      throw this.#fault(`${token.text} of a whole picture is not supported: it would be another one in every tile`, token)
    return args.reduce((left, right) => this.#node({ type: 'call', name, args: [left, right], at: token.at }))
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? this.#tokens[this.#tokens.length - 1]
  }

  #take(operator: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'operator' || token.text !== operator) return false
    this.#next++
    return true
  }

  #expect(operator: string): void {
    if (!this.#take(operator)) throw this.#unexpected(this.#peek(), operator)
  }

  #deeper<T>(token: Token, work: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#fault(`an expression is nested at most ${MAX_DEPTH} deep`, token)
    const result = work()
    this.#depth--
    return result
  }

  #node(ast: Ast): Ast {
    if (++this.#nodes > MAX_NODES)
      throw new ExpressionError(
        this.#text,
        ast.at,
        `an expression has at most ${MAX_NODES} numbers, bands, operators and functions`,
      )
    return ast
  }

  #unexpected(token: Token, wanted?: string): ExpressionError {
    const word = token.kind === 'name' && Object.hasOwn(WORDS, token.text) ? WORDS[token.text] : undefined
    if (word) return this.#fault(`${token.text} is written ${word}`, token)
    const found = token.kind === 'end' ? 'the expression ends too early' : `${JSON.stringify(token.text)} is not expected here`
    return this.#fault(wanted ? `${found}: ${wanted} is expected` : found, token)
  }

  #fault(what: string, token: Token): ExpressionError {
    return new ExpressionError(this.#text, token.at, what)
  }
}
