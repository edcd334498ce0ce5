import { halve, type Reduction } from './halve.ts'
import type { LevelSize } from './overview-grid.ts'
import { packBlock, type SampleFormat, type SamplesBlock, unpackBlock } from './samples-block.ts'
import type { WorkFolder } from './work-folder.ts'

/** A block of a level: 0 is the full image. */
export interface BlockAt {
  readonly level: number
  readonly column: number
  readonly row: number
}

export function blockKey({ level, column, row }: BlockAt): string {
  return `${level}/${column}/${row}`
}

/** Children of a block that are not settled yet, and whether one of them has pixels. */
interface Waiting {
  left: number
  any: boolean
}

/** All blocks have four below them, in the image or not. */
const CHILDREN = 4

/**
 * The levels above the full image. Blocks of it are told as they are settled, those without pixels too; a block is made as soon as the
 * four below it are. In the order of {@link blocksToMake} few are waited for at a time: at most some of each level.
 */
export class Pyramid {
  readonly #levels: readonly LevelSize[]
  readonly #folder: WorkFolder
  readonly #format: SampleFormat
  readonly #reduction: Reduction
  readonly #waiting = new Map<string, Waiting>()

  constructor(levels: readonly LevelSize[], folder: WorkFolder, format: SampleFormat, reduction: Reduction) {
    this.#levels = levels
    this.#folder = folder
    this.#format = format
    this.#reduction = reduction
  }

  /** A block is done, with all below it. */
  async settled(block: BlockAt, hasPixels: boolean): Promise<void> {
    const parent = { level: block.level + 1, column: block.column >> 1, row: block.row >> 1 }
    if (parent.level >= this.#levels.length) return
    const key = blockKey(parent)
    const waiting = this.#waiting.get(key) ?? { left: CHILDREN, any: false }
    this.#waiting.set(key, waiting)
    waiting.left--
    waiting.any ||= hasPixels
    if (waiting.left > 0) return
    this.#waiting.delete(key)
    if (waiting.any && !this.#folder.place(key)) await this.#make(parent)
    await this.settled(parent, waiting.any)
  }

  async #make(parent: BlockAt): Promise<void> {
    const children: (SamplesBlock | undefined)[] = []
    for (let quadrant = 0; quadrant < CHILDREN; quadrant++) {
      const place = this.#folder.place(blockKey(childOf(parent, quadrant)))
      children.push(place?.image ? await unpackBlock(await this.#folder.read(place), this.#format) : undefined)
    }
    await this.#folder.put(blockKey(parent), await packBlock(halve(children, this.#format, this.#reduction), this.#format))
  }
}

/**
 * The blocks of the full image that are to be made, those under one of a coarser level one after the other. A block of any level that
 * lies outside, or is done with all below it, comes as it is.
 */
export function* blocksToMake(
  levels: readonly LevelSize[],
  isDone: (block: BlockAt) => boolean,
  block: BlockAt = { level: levels.length - 1, column: 0, row: 0 },
): Generator<BlockAt & { readonly outside: boolean }> {
  const { columns, rows } = levels[block.level]
  const outside = block.column >= columns || block.row >= rows
  if (outside || block.level === 0 || isDone(block)) {
    yield { ...block, outside }
    return
  }
  for (let quadrant = 0; quadrant < CHILDREN; quadrant++) yield* blocksToMake(levels, isDone, childOf(block, quadrant))
}

function childOf({ level, column, row }: BlockAt, quadrant: number): BlockAt {
  return { level: level - 1, column: column * 2 + (quadrant & 1), row: row * 2 + (quadrant >> 1) }
}
