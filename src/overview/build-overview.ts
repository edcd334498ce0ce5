import { availableParallelism } from 'node:os'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import type { WritableNet } from '../net/source.ts'
import type { Reprojection, Resampling } from '../raster/plan.ts'
import type { MosaicStore } from '../stores/store.ts'
import { type BaseReading, readBaseBlock } from './base-block.ts'
import { contentRevision } from './content-revision.ts'
import { codedBlocks } from './coded-blocks.ts'
import { type Coding, checkCoding } from './coding.ts'
import { cogLayout } from './cog-layout.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import type { Reduction } from './halve.ts'
import { outputPlace } from './output-place.ts'
import { type BlockAt, blockKey, blocksToMake, Pyramid } from './pyramid.ts'
import { packBlock } from './samples-block.ts'
import type { OverviewGrid } from './overview-grid.ts'
import { type SourceProfile, sourceProfile } from './source-profile.ts'
import { bytesOf, WorkFolder } from './work-folder.ts'
import { levelBlocks, writeCog } from './write-cog.ts'

export interface OverviewOptions {
  /** The overview has the pixels of this zoom's tiles of 256 pixels; default the mosaic's minzoom. */
  readonly zoom?: number
  /** Pixels of the longer side (65,536): where they do not do, the zoom is lowered. */
  readonly maxSize?: number
  /** How the assets are read: as a tile is (nearest). */
  readonly resampling?: Resampling
  readonly reproject?: Reprojection
  /** fail: the first asset that cannot be read ends the work, which can be gone on with; skip: it is left out, and named. */
  readonly onError?: 'skip' | 'fail'
  /** How the pixels are packed (deflate, exactly); jpeg and webp take three bands of uint8. */
  readonly compression?: Coding
  /** Replace a file that is there. */
  readonly overwrite?: boolean
  /** Blocks that are made at a time (cores + 1). */
  readonly concurrency?: number
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

export interface OverviewMosaic {
  readonly engine: Engine
  readonly store: MosaicStore
  readonly net: WritableNet
  readonly cwd: string
}

export interface BuiltOverview {
  /** Path or address of the file. */
  readonly address: string
  readonly maxzoom: number
  /** Of the mosaic: {@link contentRevision}. */
  readonly revision: string
  /** Of the full image, in pixels. */
  readonly width: number
  readonly height: number
  readonly bytes: number
  /** Blocks that were there already, from a run before. */
  readonly resumed: number
  /** Assets that could not be read. */
  readonly skipped: readonly string[]
}

const MAX_SIZE = 65_536

/**
 * Makes a low-resolution COG of a mosaic, block by block, in bounded memory. What is done is kept in a folder beside the output until
 * the file is whole: the same call goes on where the last one ended, however it ended, and comes to the same bytes.
 * @throws SmaltiError; AlreadyExistsError without `overwrite`
 */
export async function buildOverview(
  mosaic: OverviewMosaic,
  output: string,
  options: OverviewOptions = {},
): Promise<BuiltOverview> {
  const { engine, store } = mosaic
  const { maxSize = MAX_SIZE, resampling = 'nearest', reproject = 'nearest', onError = 'fail', overwrite = false } = options
  const { compression = 'deflate' } = options
  const { signal = new AbortController().signal } = options
  const place = outputPlace(output, mosaic)
  if (!overwrite) await place.checkAbsent()
  const revision = await contentRevision(store)
  const coverage = await coverageOf(store, { zoom: options.zoom, maxSize })
  const format = await sourceProfile(engine, store, { onError, signal })
  const { grid } = coverage
  checkCoding(compression, format)
  const reading: BaseReading = { engine, store, grid, format, resampling, reproject, onError }

  const subject = JSON.stringify({ version: 1, revision, grid, format, resampling, reproject, onError })
  const folder = await WorkFolder.open(place.workFolder, subject)
  let isDone = false
  try {
    const resumed = folder.size
    // A mean of two colours of a palette is a third one.
    const reduction: Reduction = format.palette ? 'nearest' : 'average'
    const pyramid = new Pyramid(grid.levels, folder, format, reduction)
    await makeBlocks({ reading, coverage, folder, pyramid }, { ...options, signal })
    const finished = join(place.workFolder, 'finished.tif')
    const bytes = await writeFinished(finished, { folder, grid, format, coding: compression }, signal)
    await place.deliver(finished, { overwrite })
    isDone = true
    const [{ width, height }] = grid.levels
    const { skipped } = folder
    return { address: place.address, maxzoom: grid.zoom, revision, width, height, bytes, resumed, skipped }
  } finally {
    await folder.close({ remove: isDone })
  }
}

interface Finishing {
  readonly folder: WorkFolder
  readonly grid: OverviewGrid
  readonly format: SourceProfile
  readonly coding: Coding
}

/** Writes the file of the blocks, which are all done. @returns its size in bytes */
async function writeFinished(path: string, { folder, grid, format, coding }: Finishing, signal: AbortSignal): Promise<number> {
  const exact = levelBlocks(folder, grid)
  await rm(path, { force: true })
  await using file = await open(path, 'wx')
  if (coding === 'deflate') {
    const layout = cogLayout(exact, grid, format, { coding })
    await writeCog(file, folder, layout, signal)
    return layout.size
  }
  const codedPath = `${path}.coded`
  await rm(codedPath, { force: true })
  await using coded = await open(codedPath, 'wx+')
  const levels = await codedBlocks(exact, { folder, format, coding, file: coded }, signal)
  const layout = cogLayout(levels, grid, format, { coding })
  await writeCog(file, { bytesAt: (offset, length) => bytesOf(coded, offset, length) }, layout, signal)
  return layout.size
}

interface Making {
  readonly reading: BaseReading
  readonly coverage: Coverage
  readonly folder: WorkFolder
  readonly pyramid: Pyramid
}

/** Makes all blocks of all levels, some at a time. */
async function makeBlocks(
  { reading, coverage, folder, pyramid }: Making,
  { concurrency = availableParallelism() + 1, onProgress, signal }: OverviewOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const { levels } = coverage.grid
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const total = countIn(coverage, { level: levels.length - 1, column: 0, row: 0 })
  let done = 0
  const isDone = (block: BlockAt): boolean => folder.place(blockKey(block)) !== undefined || countIn(coverage, block) === 0
  const blocks = blocksToMake(levels, isDone)
  const worker = async (): Promise<void> => {
    for (const block of blocks) {
      either.throwIfAborted()
      await makeBlock(block)
      done += countIn(coverage, block)
      onProgress?.(done, total)
    }
  }
  const makeBlock = async (block: BlockAt & { readonly outside: boolean }): Promise<void> => {
    const known = folder.place(blockKey(block))
    if (known) return pyramid.settled(block, known.image > 0)
    if (block.outside || countIn(coverage, block) === 0) return pyramid.settled(block, false)
    const { block: samples, skipped } = await readBaseBlock(reading, block, either)
    await folder.put(blockKey(block), samples && (await packBlock(samples, reading.format)), skipped)
    await pyramid.settled(block, samples !== undefined)
  }
  // The first failure ends all; and all have ended before the files are closed that they write to.
  await Promise.all(Array.from({ length: concurrency }, () => worker().catch((error: unknown) => stop.abort(error))))
  either.throwIfAborted()
}

/** Blocks of the full image under a block that may have pixels. */
function countIn({ grid: { levels }, blocks }: Coverage, { level, column, row }: BlockAt): number {
  const [{ columns, rows }] = levels
  const side = 2 ** level
  let count = 0
  for (let y = row * side; y < Math.min(rows, (row + 1) * side); y++) {
    for (let x = column * side; x < Math.min(columns, (column + 1) * side); x++) count += blocks[y * columns + x]
  }
  return count
}
