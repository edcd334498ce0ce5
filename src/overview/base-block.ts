import { composeAssets, isSkippable } from '../compose-assets.ts'
import type { Engine } from '../engine.ts'
import { UnreadableAssetError } from '../errors.ts'
import { DEFAULT_TMS, tileBounds, tileMatrixSet } from '../grid/tms.ts'
import { assetsForTile } from '../mosaic/search.ts'
import { newTrace } from '../net/source.ts'
import type { Reprojection, Resampling } from '../raster/plan.ts'
import type { Raster } from '../raster/raster.ts'
import type { MosaicStore } from '../stores/store.ts'
import { BLOCK, type OverviewGrid, TILE } from './overview-grid.ts'
import type { BlockAt } from './pyramid.ts'
import { emptyBlock, type SampleFormat, type SamplesBlock } from './samples-block.ts'

export interface BaseReading {
  readonly engine: Engine
  readonly store: MosaicStore
  readonly grid: OverviewGrid
  readonly format: SampleFormat
  readonly resampling: Resampling
  readonly reproject: Reprojection
  readonly onError: 'skip' | 'fail'
}

export interface BaseBlock {
  /** undefined: nothing valid. */
  readonly block?: SamplesBlock
  /** Assets that could not be read. */
  readonly skipped: readonly string[]
}

const PER_BLOCK = BLOCK / TILE

/**
 * Reads a block of the full image, tile by tile as the server would: what lies in the overview is what it answers without one.
 * @throws SmaltiError of an asset that cannot be read, unless those are skipped
 */
export async function readBaseBlock(
  reading: BaseReading,
  { column, row }: Pick<BlockAt, 'column' | 'row'>,
  signal: AbortSignal,
): Promise<BaseBlock> {
  const { grid, format } = reading
  const last = 2 ** grid.zoom - 1
  const skipped: string[] = []
  let block: SamplesBlock | undefined
  for (let part = 0; part < PER_BLOCK * PER_BLOCK; part++) {
    const [right, down] = [part % PER_BLOCK, Math.floor(part / PER_BLOCK)]
    const x = grid.originX + column * PER_BLOCK + right
    const y = grid.originY + row * PER_BLOCK + down
    if (x > last || y > last) continue
    const tile = await readTile(reading, x, y, signal)
    skipped.push(...tile.skipped)
    if (!tile.raster?.masks.some((mask) => mask.includes(255))) continue
    block ??= emptyBlock(format)
    place(tile.raster, block, down * TILE * BLOCK + right * TILE)
  }
  return { block, skipped }
}

async function readTile(reading: BaseReading, x: number, y: number, signal: AbortSignal) {
  const { engine, store, grid, format, resampling, reproject, onError } = reading
  const tms = tileMatrixSet(DEFAULT_TMS)
  const hrefs = await assetsForTile(store, tms, grid.zoom, x, y, { maxAssets: engine.limits.maxAssets, signal })
  if (hrefs.length === 0) return { raster: undefined, skipped: [] }
  const bbox = tileBounds(tms, grid.zoom, x, y)
  const part = { bbox, crs: tms.crs, width: TILE, height: TILE, resampling, reproject }
  const options = { kind: 'mosaic', pixelSelection: 'first', onError } as const
  const composed = await orSkipped(hrefs, onError, () =>
    composeAssets(engine, hrefs, part, options, { signal, trace: newTrace() }),
  )
  checkFormat(composed.raster, format, composed.used)
  return composed
}

/** A picture of which nothing at all could be read is an error; here it is a hole, if assets may be skipped. */
async function orSkipped<T extends { readonly skipped: readonly string[] }>(
  hrefs: readonly string[],
  onError: 'skip' | 'fail',
  work: () => Promise<T>,
): Promise<T | { readonly raster: undefined; readonly used: readonly string[]; readonly skipped: readonly string[] }> {
  try {
    return await work()
  } catch (error) {
    if (onError === 'fail' || !isSkippable(error)) throw error
    return { raster: undefined, used: [], skipped: hrefs }
  }
}

/** @throws UnreadableAssetError where an asset's samples have no place in the overview */
function checkFormat(raster: Raster | undefined, { dtype, bandCount }: SampleFormat, used: readonly string[]): void {
  if (!raster || (raster.dtype === dtype && raster.bands.length === bandCount)) return
  throw new UnreadableAssetError(
    `${used.join(', ')}: ${raster.bands.length} bands of ${raster.dtype}, but the mosaic's first asset has ${bandCount} of ${dtype}: an overview has one kind of samples`,
  )
}

/** A pixel is valid if one of its bands is, as in every picture. */
function place({ bands, masks }: Raster, block: SamplesBlock, at: number): void {
  for (let row = 0; row < TILE; row++) {
    const to = at + row * BLOCK
    for (const [index, band] of bands.entries()) block.bands[index].set(band.subarray(row * TILE, (row + 1) * TILE), to)
    for (const mask of new Set(masks)) {
      for (let col = 0; col < TILE; col++) if (mask[row * TILE + col] !== 0) block.mask[to + col] = 255
    }
  }
}
