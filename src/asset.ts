import type { Cogs } from './cog/cogs.ts'
import { SmaltiError, UnreadableAssetError } from './errors.ts'
import { sameCrs } from './grid/crs.ts'
import { addStage } from './net/source.ts'
import type { Trace } from './net/source.ts'
import { planPart } from './raster/plan.ts'
import type { PartRequest } from './raster/plan.ts'
import type { Raster } from './raster/raster.ts'
import { type StatedBand, statedValues } from './stac/stated-bands.ts'
import { valueRanges } from './raster/value-ranges.ts'
import { planValues } from './raster/values.ts'
import type { Pool } from './work/pool.ts'

/** What reading one asset gave. `raster` is undefined where the file does not touch the box. */
export interface AssetPart {
  readonly raster?: Raster
  readonly revision: string
}

interface Readers {
  readonly cogs: Cogs
  readonly pool: Pool
}

export interface AssetReading {
  readonly signal: AbortSignal
  readonly trace: Trace
  /** What a STAC item says of the bands: it counts where the file says nothing. */
  readonly stated?: readonly StatedBand[]
}

/** Reads the part of one asset that a grid needs: open, plan, fetch and decode, warp. @throws SmaltiError naming the asset */
export async function readAsset(readers: Readers, href: string, request: PartRequest, reading: AssetReading): Promise<AssetPart> {
  try {
    return await attempt(readers, href, request, reading)
  } catch (error) {
    // Replaced while it was being read: its opened header has been dropped, so a second try sees the new file alone.
    if (error instanceof SmaltiError && error.code === 'SOURCE_CHANGED') return attempt(readers, href, request, reading)
    throw error
  }
}

async function attempt(
  { cogs, pool }: Readers,
  href: string,
  request: PartRequest,
  { signal, trace, stated }: AssetReading,
): Promise<AssetPart> {
  const cog = await cogs.open(href, { signal, trace })
  const { crs } = cog.info
  if (crs.unknown !== undefined && !sameCrs(crs, request.crs)) throw new UnreadableAssetError(`${cog.name}: ${crs.unknown}`)
  const file = { dtype: cog.info.dtype, nodata: undefined, ...cog.metadata, ...(stated?.length && statedValues(cog, stated)) }
  const geometry = planPart(cog.info, { ...request, nodata: request.nodata ?? file.nodata, indexed: cog.palette !== undefined })
  if (!geometry) return { revision: cog.revision }
  const plan = { ...geometry, values: planValues(request, file, geometry.output) }
  const options = { signal, trace, bands: plan.bands, mask: plan.mask }
  const part = await cog.withWindows(plan.windows, options, async (windows) => {
    const start = performance.now()
    const warped = await pool.warp(plan, windows, signal)
    addStage(trace, 'warp', start)
    return warped
  })
  const [minX, minY, maxX, maxY] = request.bbox
  const { width, height } = part
  const transform = [(maxX - minX) / width, 0, minX, 0, (minY - maxY) / height, maxY] as const
  const dtype = part.dtype ?? cog.info.dtype
  const wholeNumbers = plan.values ? part.wholeNumbers : cog.info.wholeNumbers
  const ranges = valueRanges(request, file, geometry.output)
  return {
    raster: { ...part, dtype, wholeNumbers, ranges, palette: cog.palette, transform, crs: request.crs },
    revision: cog.revision,
  }
}
