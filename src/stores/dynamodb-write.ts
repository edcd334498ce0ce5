import { randomUUID } from 'node:crypto'
import { AlreadyExistsError, InvalidMosaicError, NotFoundError, PreconditionFailedError } from '../errors.ts'
import type { MosaicJSON, MosaicMembers } from '../mosaic/document.ts'
import { keysBelow } from '../mosaic/key-range.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import { type SortedTiles, sortedTiles } from '../mosaic/quadkeys.ts'
import { METADATA_KEY, nextGeneration, parseTileKey, printTileKey } from './dynamodb-generation.ts'
import { cogeoMetadataItem, type DynamoMetadata, metadataItem, readMetadata } from './dynamodb-metadata.ts'
import type { DynamoTable, Item } from './dynamodb-table.ts'
import { tilePages } from './dynamodb-tiles.ts'
import type { WriteOptions } from './store.ts'

/** A mosaic that has been changed so often is written anew, so that the list of its generations stays short. */
const MOST_GENERATIONS = 100

/**
 * Writes the tiles that differ from what is there, then lists their generation in one conditional write, then sweeps what it replaced.
 * @throws AlreadyExistsError, PreconditionFailedError where somebody else wrote meanwhile, InvalidMosaicError
 */
export async function writeDynamo(table: DynamoTable, mosaic: MosaicJSON, options: WriteOptions): Promise<void> {
  const { tiles: _, ...members } = mosaic
  const tiles = await sortedTiles(mosaic, mosaicInfoOf(members).quadkeyZoom)
  const present = await readOrCreate(table)
  if (present && !options.overwrite && options.ifRevision === undefined) {
    throw new AlreadyExistsError(`${table.name} is there already and may not be overwritten`)
  }
  if (options.ifRevision !== undefined && present?.revision !== options.ifRevision) throw changed(table)
  await (options.layout === 'cogeo-mosaic'
    ? writeCogeo(table, { members, tiles }, present)
    : writeGeneration(table, { members, tiles }, present))
}

/** The metadata item goes first, so that what is left of a mosaic is never one. @throws NotFoundError, PreconditionFailedError */
export async function deleteDynamo(table: DynamoTable): Promise<void> {
  const present = await readMetadata(table)
  if (!present) throw new NotFoundError(`${table.name} was not found`)
  if (!(await table.remove(METADATA_KEY, present.unchanged))) throw changed(table)
  await table.removeAll(await tileKeys(table))
}

interface Content {
  readonly members: MosaicMembers
  readonly tiles: SortedTiles
}

async function readOrCreate(table: DynamoTable): Promise<DynamoMetadata | undefined> {
  try {
    return await readMetadata(table)
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
    await table.create()
    return undefined
  }
}

async function writeGeneration(
  table: DynamoTable,
  { members, tiles }: Content,
  present: DynamoMetadata | undefined,
): Promise<void> {
  const before = present?.generations ?? []
  const generation = nextGeneration(before)
  const { changes, kept, stale } = await compare(table, tiles, before.length < MOST_GENERATIONS ? before : [])
  const written = changes.map(([quadkey]) => printTileKey(quadkey, generation))
  await table.putAll(changes.map(([quadkey, item]) => [printTileKey(quadkey, generation), item]))

  const revision = randomUUID()
  const generations = [...before.filter((name) => kept.has(name)), generation]
  const item = metadataItem({ revision, generations, members })
  const isListed = await table.put(METADATA_KEY, item, present?.unchanged ?? 'absent')
  // An answer that was lost on its way is asked for again, and then the condition does not hold any more.
  if (!isListed && (await readMetadata(table))?.revision !== revision) {
    await table.removeAll(written)
    throw changed(table)
  }
  await table.removeAll(stale)
  // Last: a mark of a removed tile hides it until it is gone.
  await table.removeAll(changes.filter(([, { gone }]) => gone).map(([quadkey]) => printTileKey(quadkey, generation)))
}

interface Comparison {
  /** Tiles to be written; of those that are removed a mark that says so. */
  readonly changes: readonly (readonly [quadkey: string, item: Item])[]
  /** Generations of tiles that stay as they are. */
  readonly kept: ReadonlySet<string>
  /** Sort keys that do not count any more once the changes do. */
  readonly stale: readonly string[]
}

/** @param generations that count now; none: everything is written */
async function compare(table: DynamoTable, tiles: SortedTiles, generations: readonly string[]): Promise<Comparison> {
  const wanted = new Map(tiles)
  const changes: [string, Item][] = []
  const kept = new Set<string>()
  const stale: string[] = []
  for await (const page of tilePages(table, keysBelow(''), { layout: 'smalti', generations }, {})) {
    stale.push(...page.stale)
    for (const { quadkey, sortKey, assets, isGone } of page.tiles) {
      const now = wanted.get(quadkey)
      if (now && !isGone && isSame(now, assets)) {
        kept.add(parseTileKey(sortKey)?.generation ?? '')
        wanted.delete(quadkey)
        continue
      }
      stale.push(sortKey)
      if (!now && !isGone) changes.push([quadkey, { gone: { BOOL: true } }])
    }
  }
  for (const [quadkey, assets] of wanted) changes.push([quadkey, itemOf(assets)])
  return { changes, kept, stale }
}

/** Not atomic, as cogeo-mosaic's layout cannot be: while it is written there is no mosaic. The metadata item comes last. */
async function writeCogeo(table: DynamoTable, { members, tiles }: Content, present: DynamoMetadata | undefined): Promise<void> {
  if (tiles.some(([quadkey]) => quadkey === '')) {
    throw new InvalidMosaicError("cogeo-mosaic's layout has no place for the quadkey of zoom 0, which is empty")
  }
  if (present && !(await table.remove(METADATA_KEY, present.unchanged))) throw changed(table)
  const keys = new Set(tiles.map(([quadkey]) => quadkey))
  await table.removeAll((await tileKeys(table)).filter((sortKey) => !keys.has(sortKey)))
  await table.putAll(tiles.map(([quadkey, assets]) => [quadkey, itemOf(assets)]))
  if (!(await table.put(METADATA_KEY, cogeoMetadataItem(members), 'absent'))) throw changed(table)
}

async function tileKeys(table: DynamoTable): Promise<string[]> {
  const keys: string[] = []
  for await (const items of table.query({ from: '#', below: '4' }, { only: 'quadkey' })) {
    for (const { quadkey } of items) if (quadkey.S !== undefined && quadkey.S !== METADATA_KEY) keys.push(quadkey.S)
  }
  return keys
}

function itemOf(assets: readonly string[]): Item {
  return { assets: { L: assets.map((asset) => ({ S: asset })) } }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((asset, i) => asset === b[i])
}

function changed(table: DynamoTable): PreconditionFailedError {
  return new PreconditionFailedError(`${table.name} has been changed or deleted since it was read`)
}
