import { randomUUID } from 'node:crypto'
import { AlreadyExistsError, InvalidMosaicError, NotFoundError, PreconditionFailedError } from '../errors.ts'
import type { MosaicJSON, MosaicMembers } from '../mosaic/document.ts'
import { keysBelow, rangesOfKeys } from '../mosaic/key-range.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import { type SortedTiles, sortedTiles } from '../mosaic/quadkeys.ts'
import { METADATA_KEY, nextGeneration, parseTileKey, printTileKey } from './dynamodb-generation.ts'
import { cogeoMetadataItem, type DynamoMetadata, metadataItem, readMetadata } from './dynamodb-metadata.ts'
import type { DynamoTable, Item } from './dynamodb-table.ts'
import { type StoredTile, tilePages } from './dynamodb-tiles.ts'
import type { Amendment, DeleteOptions, Revision, WriteOptions } from './store.ts'

/** A mosaic of so many generations is written anew with the next whole write, so that their list stays short. */
const MOST_GENERATIONS = 100
/** The same for a change of some tiles, which then takes long once. */
const MOST_AMENDMENTS = 400
/** Queries under way at a time. */
const QUERIES = 8

/**
 * Writes the tiles that differ from what is there, then lists their generation in one conditional write, then sweeps what it replaced.
 * @throws AlreadyExistsError, PreconditionFailedError where somebody else wrote meanwhile, InvalidMosaicError
 */
export async function writeDynamo(table: DynamoTable, mosaic: MosaicJSON, options: WriteOptions): Promise<Revision> {
  const { tiles: _, ...members } = mosaic
  const tiles = await sortedTiles(mosaic, mosaicInfoOf(members).quadkeyZoom)
  const present = await readOrCreate(table)
  if (present && !options.overwrite && options.ifRevision === undefined) {
    throw new AlreadyExistsError(`${table.name} is there already and may not be overwritten`)
  }
  if (options.ifRevision !== undefined && present?.revision !== options.ifRevision) throw changed(table)
  // A change of what is there leaves it in the layout that it has; what replaces it is in ours.
  const layout = options.layout ?? (options.ifRevision === undefined ? undefined : present?.layout)
  return layout === 'cogeo-mosaic'
    ? writeCogeo(table, { members, tiles }, present)
    : writeGeneration(table, { members, tiles }, present)
}

/**
 * Changes the members and some tiles: reads and writes the items of these quadkeys only, and the metadata. In our layout whole or not at
 * all. In cogeo-mosaic's a reader may meet new tiles before the new metadata; each tile is the old one or the new one.
 * @param ifRevision of the metadata that is there. @throws PreconditionFailedError, NotFoundError
 */
export async function amendDynamo(
  table: DynamoTable,
  quadkeys: readonly string[],
  amendment: Amendment,
  ifRevision: string,
): Promise<Revision> {
  const present = await readMetadata(table)
  if (present?.revision !== ifRevision) throw changed(table)
  const { tiles: found, stale } = await tilesOf(table, quadkeys, present)
  const before = new Map(found.filter(({ isGone }) => !isGone).map((tile) => [tile.quadkey, tile]))
  const { members, tiles } = amendment(new Map([...before].map(([quadkey, { assets }]) => [quadkey, assets])))
  const changes = [...tiles]
    .filter(([quadkey, assets]) => !isSame(before.get(quadkey)?.assets, assets))
    .map(([quadkey, assets]) => [quadkey, itemOf(assets)] as const)
  if (present.layout === 'cogeo-mosaic') {
    await table.putAll(changes)
    if (!(await table.put(METADATA_KEY, cogeoMetadataItem(members), present.unchanged))) throw changed(table)
    return undefined
  }
  const written = new Set(changes.map(([quadkey]) => quadkey))
  const replaced = found.filter(({ quadkey, isGone }) => isGone || written.has(quadkey)).map(({ sortKey }) => sortKey)
  const { listed, revision } = await listGeneration(table, members, changes, { present, kept: present.generations })
  await table.removeAll([...stale, ...replaced])
  if (listed <= MOST_AMENDMENTS) return revision
  await writeAnew(table, members)
  return undefined
}

/** What is stored at these keys. Neighbours come with one query. */
async function tilesOf(
  table: DynamoTable,
  quadkeys: readonly string[],
  metadata: DynamoMetadata,
): Promise<{ tiles: readonly StoredTile[]; stale: readonly string[] }> {
  const tiles: StoredTile[] = []
  const stale: string[] = []
  const rest = rangesOfKeys(quadkeys)[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) {
      for await (const page of tilePages(table, next.value, metadata, {})) {
        tiles.push(...page.tiles)
        stale.push(...page.stale)
      }
    }
  }
  await Promise.all(Array.from({ length: QUERIES }, worker))
  return { tiles, stale }
}

/** The metadata item goes first, so that what is left of a mosaic is never one. @throws NotFoundError, PreconditionFailedError */
export async function deleteDynamo(table: DynamoTable, { ifRevision }: DeleteOptions = {}): Promise<void> {
  const present = await readMetadata(table)
  if (!present) throw new NotFoundError(`${table.name} was not found`)
  if (ifRevision !== undefined && present.revision !== ifRevision) throw changed(table)
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
): Promise<string> {
  const before = present?.generations ?? []
  const { changes, kept, stale } = await compare(table, tiles, before.length < MOST_GENERATIONS ? before : [])
  const generation = nextGeneration(before)
  const { revision } = await listGeneration(table, members, changes, {
    present,
    generation,
    kept: before.filter((name) => kept.has(name)),
  })
  await table.removeAll(stale)
  // Last: a mark of a removed tile hides it until it is gone.
  await table.removeAll(changes.filter(([, { gone }]) => gone).map(([quadkey]) => printTileKey(quadkey, generation)))
  return revision
}

interface Listing {
  readonly present: DynamoMetadata | undefined
  /** Name of the generation; default the next one's. */
  readonly generation?: string
  /** Generations that go on to count. */
  readonly kept: readonly string[]
}

/** Puts the tiles, then lists their generation in one conditional write: until then nobody sees them. @returns how many are listed now, and the revision that this is */
async function listGeneration(
  table: DynamoTable,
  members: MosaicMembers,
  changes: Changes,
  { present, kept, generation = nextGeneration(present?.generations ?? []) }: Listing,
): Promise<{ readonly listed: number; readonly revision: string }> {
  const written = changes.map(([quadkey]) => printTileKey(quadkey, generation))
  await table.putAll(changes.map(([quadkey, item]) => [printTileKey(quadkey, generation), item]))
  const revision = randomUUID()
  const generations = changes.length > 0 ? [...kept, generation] : kept
  const item = metadataItem({ revision, generations, members })
  const isListed = await table.put(METADATA_KEY, item, present?.unchanged ?? 'absent')
  // An answer that was lost on its way is asked for again, and then the condition does not hold any more.
  if (!isListed && (await readMetadata(table))?.revision !== revision) {
    await table.removeAll(written)
    throw changed(table)
  }
  return { listed: generations.length, revision }
}

/** One generation instead of many. Somebody who writes meanwhile has done it, or will. */
async function writeAnew(table: DynamoTable, members: MosaicMembers): Promise<void> {
  const present = await readMetadata(table)
  if (!present || present.layout !== 'smalti') return
  const tiles: [string, readonly string[]][] = []
  for await (const page of tilePages(table, keysBelow(''), present, {})) {
    for (const { quadkey, assets, isGone } of page.tiles) if (!isGone) tiles.push([quadkey, assets])
  }
  await writeGeneration(table, { members, tiles }, present).catch((error: unknown) => {
    if (!(error instanceof PreconditionFailedError)) throw error
  })
}

/** Items by quadkey. */
type Changes = readonly (readonly [quadkey: string, item: Item])[]

interface Comparison {
  /** Tiles to be written; of those that are removed a mark that says so. */
  readonly changes: Changes
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
async function writeCogeo(
  table: DynamoTable,
  { members, tiles }: Content,
  present: DynamoMetadata | undefined,
): Promise<undefined> {
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

function isSame(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a?.length === b.length && a.every((asset, i) => asset === b[i])
}

function changed(table: DynamoTable): PreconditionFailedError {
  return new PreconditionFailedError(`${table.name} has been changed or deleted since it was read`)
}
