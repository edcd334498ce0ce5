import type { Cog } from './cog/cog.ts'

/** rio-tiler's names of the bands of a picture: b1, b2 … by their number in the file, alpha left out. */
export function bandNames({ info }: Pick<Cog, 'info'>, bidx: readonly number[] | undefined): readonly string[] {
  return bandNumbers(info, bidx).map((number) => `b${number}`)
}

/** What the file says that the bands are; else their names. */
export function bandDescriptions(
  { info, metadata }: Pick<Cog, 'info' | 'metadata'>,
  bidx: readonly number[] | undefined,
): readonly string[] {
  return bandNumbers(info, bidx).map((number) => metadata?.descriptions[number - 1] ?? `b${number}`)
}

function bandNumbers(info: Cog['info'], bidx: readonly number[] | undefined): readonly number[] {
  return bidx ?? Array.from({ length: info.bandCount }, (_, i) => i + 1).filter((number) => number - 1 !== info.alphaBand)
}
