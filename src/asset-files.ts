import { readAsset, type AssetPart, type Visit } from './asset.ts'
import { bandDescriptions, bandNames } from './band-names.ts'
import type { SourceInfo } from './cog/cog.ts'
import type { Engine } from './engine.ts'
import { ParameterError, TooLargeError } from './errors.ts'
import type { Trace } from './net/source.ts'
import { expressionNames } from './raster/expression/names.ts'
import { parseExpression } from './raster/expression/parse.ts'
import { grown } from './raster/grown.ts'
import { overlaps, type PartRequest } from './raster/plan.ts'
import type { Raster } from './raster/raster.ts'
import { readAhead } from './read-ahead.ts'
import type { SourceKind } from './source-kind.ts'
import { chooseAssets, type ChosenAsset, type WantedAsset } from './stac/asset-options.ts'
import type { OpenedItem } from './stac/items.ts'
import { joinRasters } from './stac/joined.ts'

/** What is wanted of the bands of an asset: of a COG its own, of a STAC item those of the assets that are named. */
export interface BandsRequest {
  readonly kind: SourceKind
  /** 1-based; of a COG. */
  readonly bidx?: readonly number[]
  /** Over the bands of the COG, or over those of all assets of the item, in their order. */
  readonly expression?: string
  /** Of a STAC item. */
  readonly assets?: readonly WantedAsset[]
  /** Each asset of the item must have one band, which goes by the asset's name. */
  readonly assetAsBand?: boolean
}

/** The grid that a file is read on: one for all, or each its own. */
export type GridOf = PartRequest | ((info: SourceInfo) => PartRequest)

interface Work {
  readonly signal: AbortSignal
  readonly trace: Trace
}

/** One file of what lies at an address: the COG itself, or one of the assets of a STAC item. */
export type AssetFile = Pick<ChosenAsset, 'href' | 'bidx' | 'expression'> &
  Partial<Pick<ChosenAsset, 'name' | 'wanted' | 'bands' | 'projection'>>

export interface AssetFiles {
  /** At least one. */
  readonly files: readonly [AssetFile, ...AssetFile[]]
  /** undefined: it is a COG. */
  readonly item?: OpenedItem
}

const TIFF = /^[^?#]*\.tiff?([?#]|$)/i

/** The files of an asset. No file is opened, but the item's document may be. @throws SmaltiError */
export async function assetFiles(engine: Engine, href: string, request: BandsRequest, work: Work): Promise<AssetFiles> {
  const { kind, assets, bidx, expression } = request
  // Mosaics of COGs take no notice of `assets`, as of all names that they do not know.
  const isItem = kind === 'stac' || (kind === 'mosaic' && assets !== undefined && !TIFF.test(href))
  if (!isItem) return { files: [{ href, bidx, expression }] }
  const item = await engine.items.open(href, work)
  const chosen = chooseAssets(item, assets ?? [], item.name)
  const { maxAssets } = engine.limits
  if (chosen.length > maxAssets) throw new TooLargeError(`${item.name}: more than ${maxAssets} assets are wanted`, '--max-assets')
  const [first, ...others] = chosen
  if (!first) throw new ParameterError('assets', 'assets: names no asset')
  return { item, files: [first, ...others] }
}

/**
 * Reads the part of an asset that a grid needs. The assets of a STAC item become one raster; where one of them does not touch the grid,
 * nothing of the item does, and none of them is opened if the item says so itself. `visit` is for files that are assets themselves.
 * @throws SmaltiError naming the asset
 */
export async function readFiles(
  engine: Engine,
  href: string,
  request: BandsRequest,
  grid: GridOf,
  { visit, ...work }: Work & { readonly visit?: Visit },
): Promise<AssetPart> {
  const { files, item } = await assetFiles(engine, href, request, work)
  if (!item) return readAsset(engine, href, await gridFor(engine, href, grid, work), { ...work, visit })
  if (typeof grid !== 'function' && !grid.window && files.some((file) => liesOutside(file, readOf(grid)))) {
    return { revision: item.revision }
  }
  const rasters: Raster[] = []
  const revisions = [item.revision]
  let outside = false
  const parts = readAhead(files, engine.limits.readAheadAll, work.signal, async (file, signal) => {
    const own = await gridFor(engine, file.href, grid, { ...work, signal })
    return readAsset(engine, file.href, { ...own, ...bandsOf(file) }, { ...work, signal, stated: file.bands })
  })
  for await (const { item: file, result, error } of parts) {
    if (!result) throw error
    revisions.push(result.revision)
    if (result.raster) rasters.push(result.raster)
    else outside = true
    checkOneBand(request, file, result.raster)
  }
  const revision = revisions.join(' ')
  if (outside) return { revision }
  const expression = request.expression == null ? undefined : parseExpression(request.expression)
  return { raster: joinRasters(rasters, expression), revision }
}

async function gridFor(engine: Engine, href: string, grid: GridOf, work: Work): Promise<PartRequest> {
  return typeof grid === 'function' ? grid((await engine.cogs.open(href, work)).info) : grid
}

/** What is read of one file. */
export function bandsOf({ bidx, expression }: AssetFile): Pick<PartRequest, 'bands' | 'expression'> {
  const parsed = expression == null ? undefined : parseExpression(expression)
  return { expression: parsed, bands: parsed?.bands ?? bidx?.map((index) => index - 1) }
}

/** Whether the item itself says that a file does not touch a grid. */
export function liesOutside({ projection }: AssetFile, place: Pick<PartRequest, 'bbox' | 'crs'>): boolean {
  return projection !== undefined && !overlaps(projection, place)
}

/** What of a grid takes part in the reading. */
function readOf(grid: PartRequest): Pick<PartRequest, 'bbox' | 'crs'> {
  return { ...grid, ...grown(grid, grid.padding ?? 0) }
}

/** @throws ParameterError where an asset that is to be a band has several */
export function checkOneBand({ assetAsBand }: BandsRequest, { name }: AssetFile, raster: Raster | undefined): void {
  if (!assetAsBand || name === undefined || !raster || raster.bands.length === 1) return
  throw new ParameterError('asset_as_band', `asset_as_band: asset ${name} has ${raster.bands.length} bands`, 400)
}

export interface BandLabels {
  readonly names: readonly string[]
  readonly descriptions: readonly string[]
}

/** rio-tiler's names and descriptions of the bands that are read of an asset: of an item's, the asset's name goes before them. */
export async function bandLabels(engine: Engine, href: string, request: BandsRequest, work: Work): Promise<BandLabels> {
  const { files, item } = await assetFiles(engine, href, request, work)
  if (!item) {
    const cog = await engine.cogs.open(href, work)
    return { names: bandNames(cog, request), descriptions: bandDescriptions(cog, request) }
  }
  const described: string[] = []
  for (const file of files) {
    const name = file.name ?? ''
    const cog = await engine.cogs.open(file.href, work)
    described.push(...(request.assetAsBand ? [name] : bandDescriptions(cog, file).map((band) => `${name}_${band}`)))
  }
  const descriptions =
    request.expression == null
      ? described
      : expressionNames(parseExpression(request.expression)).map((block) =>
          block.replaceAll(/\bb(\d+)\b/g, (band, number: string) => described[Number(number) - 1] ?? band),
        )
  return { names: descriptions.map((_, index) => `b${index + 1}`), descriptions }
}
