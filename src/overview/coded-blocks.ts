import type { FileHandle } from 'node:fs/promises'
import type { LevelBlocks } from './cog-layout.ts'
import { type Coding, codeBlock } from './coding.ts'
import { type SampleFormat, unpackBlock } from './samples-block.ts'
import type { BlockPlace, WorkFolder } from './work-folder.ts'

/** Blocks that are coded at a time. */
const BATCH = 8

/**
 * The blocks of all levels packed anew, each with its mask behind it, one after the other in `file`; the levels with their places there.
 * The blocks of the work stay exact, since coarser ones are made of them.
 */
export async function codedBlocks(
  levels: readonly LevelBlocks[],
  {
    folder,
    format,
    coding,
    file,
  }: { folder: WorkFolder; format: SampleFormat; coding: Exclude<Coding, 'deflate'>; file: FileHandle },
  signal: AbortSignal,
): Promise<LevelBlocks[]> {
  let end = 0
  const code = async (place: BlockPlace | undefined): Promise<{ image: Uint8Array; mask: Uint8Array } | undefined> => {
    if (!place?.image) return undefined
    const packed = await folder.read(place)
    return { image: await codeBlock(await unpackBlock(packed, format), coding), mask: packed.mask }
  }
  const coded: LevelBlocks[] = []
  for (const level of levels) {
    const blocks: (BlockPlace | undefined)[] = []
    for (let at = 0; at < level.blocks.length; at += BATCH) {
      signal.throwIfAborted()
      for (const made of await Promise.all(level.blocks.slice(at, at + BATCH).map(code))) {
        if (made) await file.appendFile(Buffer.concat([made.image, made.mask]))
        blocks.push(made && { offset: end, image: made.image.length, mask: made.mask.length })
        end += made ? made.image.length + made.mask.length : 0
      }
    }
    coded.push({ ...level, blocks })
  }
  return coded
}
