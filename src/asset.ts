import type { Cogs } from './cog/cogs.ts'
import { SmaltiError, UnreadableAssetError } from './errors.ts'
import { sameCrs } from './grid/crs.ts'
import { withoutSecrets } from './net/address.ts'
import { addStage } from './net/source.ts'
import type { Trace } from './net/source.ts'
import type { Painted, ReadPart } from './paint-parts.ts'
import { rasterOf } from './raster/part-raster.ts'
import { planPart } from './raster/plan.ts'
import type { PartRequest } from './raster/plan.ts'
import type { Raster } from './raster/raster.ts'
import { type StatedBand, statedValues } from './stac/stated-bands.ts'
import { valueRanges } from './raster/value-ranges.ts'
import { planValues } from './raster/values.ts'
import type { Pool } from './work/pool.ts'

/** What reading one asset gave. Neither `raster` nor `visited`: the file does not touch the box. */
export interface AssetPart {
  readonly raster?: Raster
  /** What a visit made of it, where it made more than the raster. */
  readonly visited?: PromiseSettledResult<Painted>
  readonly revision: string
}

/** What is done with the blocks of an asset while they are lent. @throws SmaltiError, which is the asset's */
export type Visit = (part: ReadPart, signal: AbortSignal) => Promise<Pick<AssetPart, 'raster' | 'visited'>>

interface Readers {
  readonly cogs: Cogs
  readonly pool: Pick<Pool, 'warp'>
}

export interface AssetReading {
  readonly signal: AbortSignal
  readonly trace: Trace
  /** What a STAC item says of the bands: it counts where the file says nothing. */
  readonly stated?: readonly StatedBand[]
  /** undefined: they are warped. */
  readonly visit?: Visit
}

/** Reads the part of one asset that a grid needs: open, plan, fetch and decode, warp. @throws SmaltiError naming the asset */
export async function readAsset(readers: Readers, href: string, request: PartRequest, reading: AssetReading): Promise<AssetPart> {
  const start = performance.now()
  try {
    return await attempt(readers, href, request, reading)
  } catch (error) {
    // Replaced while it was being read: its opened header has been dropped, so a second try sees the new file alone.
    if (error instanceof SmaltiError && error.code === 'SOURCE_CHANGED') return await attempt(readers, href, request, reading)
    throw error
  } finally {
    reading.trace.onStage?.('asset', start, performance.now(), withoutSecrets(href))
  }
}

async function attempt(
  { cogs, pool }: Readers,
  href: string,
  request: PartRequest,
  { signal, trace, stated, visit }: AssetReading,
): Promise<AssetPart> {
  const cog = await cogs.open(href, { signal, trace })
  const { crs } = cog.info
  if (crs.unknown !== undefined && !sameCrs(crs, request.crs)) throw new UnreadableAssetError(`${cog.name}: ${crs.unknown}`)
  const file = { dtype: cog.info.dtype, nodata: undefined, ...cog.metadata, ...(stated?.length && statedValues(cog, stated)) }
  const geometry = planPart(cog.info, { ...request, nodata: request.nodata ?? file.nodata, indexed: cog.palette !== undefined })
  if (!geometry) return { revision: cog.revision }
  const plan = { ...geometry, values: planValues(request, file, geometry.output) }
  const options = { signal, trace, bands: plan.bands, mask: plan.mask }
  const frame = {
    bbox: request.bbox,
    crs: request.crs,
    dtype: cog.info.dtype,
    wholeNumbers: plan.values ? undefined : cog.info.wholeNumbers,
    ranges: valueRanges(request, file, geometry.output),
    palette: cog.palette,
  }
  const part = await cog.withWindows(plan.windows, options, async (windows) => {
    const start = performance.now()
    const read = { plan, windows, frame }
    const made = visit ? await visit(read, signal) : { raster: rasterOf(await pool.warp(plan, windows, signal), frame) }
    if (!visit) addStage(trace, 'warp', start)
    return made
  })
  return { ...part, revision: cog.revision }
}
