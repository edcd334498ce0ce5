import type { FileHandle } from 'node:fs/promises'
import type { CogLayout } from './cog-layout.ts'
import { cogLayout } from './cog-layout.ts'
import type { OverviewGrid } from './overview-grid.ts'
import { blockKey } from './pyramid.ts'
import type { SourceProfile } from './source-profile.ts'
import type { WorkFolder } from './work-folder.ts'

/** Bytes that are gathered before they are written. */
const CHUNK = 4 * 2 ** 20

/** The layout of the file whose blocks are all done. */
export function layoutOf(folder: WorkFolder, grid: OverviewGrid, profile: SourceProfile): CogLayout {
  const levels = grid.levels.map((size, level) => ({
    ...size,
    blocks: Array.from({ length: size.columns * size.rows }, (_, i) =>
      folder.place(blockKey({ level, column: i % size.columns, row: Math.floor(i / size.columns) })),
    ),
  }))
  return cogLayout(levels, grid, profile)
}

/** Copies the blocks to where the layout has them. */
export async function writeCog(
  file: FileHandle,
  folder: WorkFolder,
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
    gathered.push(await folder.bytesAt(offset, length))
    bytes += length
    if (bytes >= CHUNK) await flush()
  }
  await flush()
}
