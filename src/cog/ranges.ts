import type { BlockRange } from './block-table.ts'

/** Blocks whose bytes lie close together and are read at once. */
export interface ReadGroup {
  readonly offset: number
  readonly length: number
  /** Positions in the list that was grouped. */
  readonly members: readonly number[]
}

/** Bytes that are read in vain rather than asking twice; and bytes of one read, so that the first blocks decode early. */
const MAX_GAP = 16_384
const MAX_READ = 4_194_304

/** Merges ranges that are neighbours in the file. Every range is in exactly one group. */
export function groupRanges(ranges: readonly BlockRange[], { maxGap = MAX_GAP, maxRead = MAX_READ } = {}): ReadGroup[] {
  const order = ranges.map((_, index) => index).sort((a, b) => ranges[a].offset - ranges[b].offset)
  const groups: ReadGroup[] = []
  let members: number[] = []
  let start = 0
  let end = 0
  const close = () => {
    if (members.length > 0) groups.push({ offset: start, length: end - start, members })
  }
  for (const index of order) {
    const { offset, length } = ranges[index]
    const reach = Math.max(end, offset + length)
    if (members.length > 0 && offset - end <= maxGap && reach - start <= maxRead) {
      members.push(index)
      end = reach
      continue
    }
    close()
    members = [index]
    start = offset
    end = offset + length
  }
  close()
  return groups
}
