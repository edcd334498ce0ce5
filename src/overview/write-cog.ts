import type { FileHandle } from 'node:fs/promises'
import type { CogLayout, LevelBlocks } from './cog-layout.ts'
import type { OverviewGrid } from './overview-grid.ts'
import { blockKey } from './pyramid.ts'
import type { WorkFolder } from './work-folder.ts'

/** Bytes that are gathered before they are written. */
const CHUNK = 4 * 2 ** 20

/** The blocks of all levels, as they lie in the work. */
export function levelBlocks(folder: WorkFolder, grid: OverviewGrid): LevelBlocks[] {
  return grid.levels.map((size, level) => ({
    ...size,
    blocks: Array.from({ length: size.columns * size.rows }, (_, i) =>
      folder.place(blockKey({ level, column: i % size.columns, row: Math.floor(i / size.columns) })),
    ),
  }))
}

/** Where blocks are copied from. */
export interface BlockBytes {
  bytesAt(offset: number, length: number): Promise<Uint8Array>
}

/** Copies the blocks to where the layout has them. */
export async function writeCog(
  file: FileHandle,
  blocks: BlockBytes,
  { head, copies }: CogLayout,
  signal: AbortSignal,
): Promise<void> {
  await file.writeFile(head)
  let gathered: Uint8Array[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    signal.throwIfAborted()
    await file.writeFile(Buffer.concat(gathered))
    gathered = []
    bytes = 0
  }
  for (const { offset, length } of copies) {
    gathered.push(await blocks.bytesAt(offset, length))
    bytes += length
    if (bytes >= CHUNK) await flush()
  }
  await flush()
}
