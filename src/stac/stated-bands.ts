import type { Cog } from '../cog/cog.ts'
import { finite, type Json, list, record, text } from './members.ts'

/** What an item says of one band of a file. */
export interface StatedBand {
  /** Names that the band goes by. */
  readonly names: readonly string[]
  readonly scale?: number
  readonly offset?: number
  /** NaN and the infinities are legal. */
  readonly nodata?: number
  readonly range?: readonly [min: number, max: number]
}

/** Bands of an asset: `bands` of STAC 1.1, beside `raster:bands` and `eo:bands` of the extensions before it. */
export function statedBands(asset: Json): readonly StatedBand[] {
  const [common, raster, optical] = [asset.bands, asset['raster:bands'], asset['eo:bands']].map(list)
  const count = Math.max(common.length, raster.length, optical.length)
  return Array.from({ length: count }, (_, i) => {
    // Members of the asset itself hold for all of its bands (STAC 1.1).
    const members = [record(common[i]), record(raster[i]), record(optical[i]), asset].filter((one) => one !== undefined)
    return bandOf(members)
  })
}

function bandOf(members: readonly Json[]): StatedBand {
  const first = <T>(read: (member: Json) => T | undefined): T | undefined => {
    for (const member of members) {
      const value = read(member)
      if (value !== undefined) return value
    }
    return undefined
  }
  const own = members.slice(0, -1)
  const names = own.flatMap((one) => [one['eo:common_name'], one.common_name, one.name]).map(text)
  return {
    names: [...new Set(names.filter((name) => name !== undefined))],
    scale: first((one) => finite(one['raster:scale'] ?? one.scale)),
    offset: first((one) => finite(one['raster:offset'] ?? one.offset)),
    nodata: first((one) => nodataOf(one.nodata)),
    range: first((one) => rangeOf(record(one.statistics) ?? {})),
  }
}

const SPECIAL: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity }

function nodataOf(value: unknown): number | undefined {
  if (typeof value === 'string') return SPECIAL[value.toLowerCase()]
  return finite(value)
}

function rangeOf(statistics: Json): readonly [number, number] | undefined {
  const [min, max] = [finite(statistics.minimum), finite(statistics.maximum)]
  return min !== undefined && max !== undefined ? [min, max] : undefined
}

/** What counts for the reading of a file: what it says itself, and where it says nothing, what the item says of it. */
export interface StatedValues {
  readonly scales?: readonly number[]
  readonly offsets?: readonly number[]
  readonly ranges?: readonly (readonly [min: number, max: number] | undefined)[]
  /** Only of a file that has no mask of its own. */
  readonly nodata?: number
}

export function statedValues(cog: Pick<Cog, 'info' | 'metadata'>, bands: readonly StatedBand[]): StatedValues {
  const { info, metadata } = cog
  const isMasked = info.nodata !== undefined || info.alphaBand !== undefined || info.hasMask
  const isScaled = metadata?.scales.some((scale) => scale !== 1) || metadata?.offsets.some((offset) => offset !== 0)
  const hasRanges = metadata?.ranges.some((range) => range !== undefined)
  return {
    scales: isScaled ? metadata?.scales : bands.map((band) => band.scale ?? 1),
    offsets: isScaled ? metadata?.offsets : bands.map((band) => band.offset ?? 0),
    ranges: hasRanges ? metadata?.ranges : bands.map((band) => band.range),
    nodata: isMasked ? undefined : bands.find((band) => band.nodata !== undefined)?.nodata,
  }
}
