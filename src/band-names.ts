import type { Cog } from './cog/cog.ts'
import { expressionNames } from './raster/expression/names.ts'
import { parseExpression } from './raster/expression/parse.ts'

/** The bands of a picture: those of an expression, else of the file. */
interface Bands {
  /** 1-based. */
  readonly bidx?: readonly number[]
  readonly expression?: string
}

/** rio-tiler's names of the bands of a picture: b1, b2 … by their number in the file, alpha left out; of an expression by their place. */
export function bandNames({ info }: Pick<Cog, 'info'>, { bidx, expression }: Bands): readonly string[] {
  if (expression != null) return parseExpression(expression).blocks.map((_, index) => `b${index + 1}`)
  return bandNumbers(info, bidx).map((number) => `b${number}`)
}

/** What the file says that the bands are; else their names. Of an expression its blocks, the bands in it by what the file says. */
export function bandDescriptions(
  { info, metadata }: Pick<Cog, 'info' | 'metadata'>,
  { bidx, expression }: Bands,
): readonly string[] {
  const described = (number: number): string => metadata?.descriptions[number - 1] ?? `b${number}`
  if (expression == null) return bandNumbers(info, bidx).map(described)
  return expressionNames(parseExpression(expression)).map((block) =>
    block.replaceAll(/\bb(\d+)\b/g, (_, number: string) => described(Number(number))),
  )
}

function bandNumbers(info: Cog['info'], bidx: readonly number[] | undefined): readonly number[] {
  return bidx ?? Array.from({ length: info.bandCount }, (_, i) => i + 1).filter((number) => number - 1 !== info.alphaBand)
}
