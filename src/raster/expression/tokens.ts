import { ExpressionError } from './fault.ts'

export interface Token {
  readonly kind: 'number' | 'name' | 'operator' | 'end'
  /** Lower case. */
  readonly text: string
  /** 0-based character of the whole expression. */
  readonly at: number
}

const SPACE = /[ \t]+/y
const NUMBER = /(?:0x[0-9a-f]+|(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:e[+-]?\d+)?)/iy
const NAME = /[a-z_][a-z0-9_]*/iy
const OPERATOR = /\*\*|\/\/|<=|>=|==|!=|[-+*/%<>&|^~(),;]/y

/** Cuts an expression into tokens; blocks end at a `;` token. @throws ExpressionError a character that has no place in it */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  while (at < text.length) {
    const space = match(SPACE)
    if (space) {
      at += space.length
      continue
    }
    const number = match(NUMBER)
    const name = number ? undefined : match(NAME)
    const found = number ?? name ?? match(OPERATOR)
    if (!found) throw new ExpressionError(text, at, hint(text[at]))
    tokens.push({ kind: number ? 'number' : name ? 'name' : 'operator', text: found.toLowerCase(), at })
    at += found.length
    // 2b1, 1j, 0x and such: Python takes none of them for a product.
    if (number && /[\w.]/.test(text[at] ?? '')) throw new ExpressionError(text, at, 'a number must end before a name begins')
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

function hint(character: string): string {
  if (character === '=') return 'values are compared with =='
  if (character === '!') return 'not is written ~'
  return `${JSON.stringify(character)} has no place in an expression`
}
