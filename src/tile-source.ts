import type { Engine } from './engine.ts'
import type { BBox } from './grid/bbox.ts'
import { boundsIn } from './grid/geographic-box.ts'
import type { TileMatrixSet } from './grid/tms.ts'
import { zoomRange } from './grid/zoom-range.ts'
import type { SourceKind } from './source-kind.ts'
import { itemSource } from './stac/item-source.ts'

export interface Zooms {
  readonly minzoom: number
  readonly maxzoom: number
}

/** What lists of tilesets and capabilities say of a mosaic, a COG or a STAC item. */
export interface TileSource {
  readonly name: string
  /** Degrees, WGS84. */
  readonly bounds: BBox
  /** The zooms of one grid that suit it. */
  zooms(tms: TileMatrixSet): Zooms
}

export async function tileSource(engine: Engine, kind: SourceKind, url: string, signal: AbortSignal): Promise<TileSource> {
  if (kind === 'cog') {
    const { info, name } = await engine.cogs.open(url, { signal })
    return { name, bounds: boundsIn(info, info.crs), zooms: (tms) => zoomRange(info, info.crs, tms) }
  }
  if (kind === 'stac') return itemSource(await engine.items.open(url, { signal }))
  const { info } = await engine.mosaics.open(url, { signal })
  // A mosaic's zooms hold in its own grid only.
  const zooms = (tms: TileMatrixSet): Zooms => (tms.id === info.tileMatrixSet ? info : tms)
  return { name: info.name ?? 'mosaic', bounds: info.bounds, zooms }
}
