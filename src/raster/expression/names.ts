import type { Expression } from './parse.ts'

/** Descriptions of the bands of the result: the blocks in lower case, as rio-tiler. */
export function expressionNames({ blocks }: Expression): string[] {
  return blocks.map(({ text }) => text.toLowerCase())
}
