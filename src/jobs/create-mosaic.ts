import type { Engine } from '../engine.ts'
import { AlreadyExistsError, NotAllowedError, ParameterError, SmaltiError, TooLargeError } from '../errors.ts'
import { footprints, zoomsOf } from '../footprints.ts'
import { DEFAULT_TMS, tileMatrixSet } from '../grid/tms.ts'
import { type MosaicJSON, textOf } from '../mosaic/document.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'
import { addressesBeside } from '../stores/asset-addresses.ts'
import type { StoreContext } from '../stores/kind.ts'
import { MEMORY_ADDRESS } from '../stores/memory-store.ts'
import { checkedSearch, parseStac } from '../stores/stac-address.ts'
import { openStac } from '../stores/stac-store.ts'
import type { Conditions } from '../writing/conditions.ts'
import type { MosaicWriter, Written } from '../writing/mosaic-writer.ts'
import { coverBeside } from './cover-beside.ts'
import { type CreateBody, type CreateSource, type SearchSource, sourceOf } from './create-request.ts'
import type { JobTools } from './job.ts'
import { KEPT_BYTES } from './jobs.ts'

/** What a job came to: a mosaic that was written, or its document. */
export interface CreateResult {
  readonly written?: Written
  readonly document?: Buffer
}

export interface CreateTools {
  readonly engine: Pick<Engine, 'mosaics' | 'cogs'>
  readonly writer: MosaicWriter
}

/** Files that are opened at a time. */
const THREADS = 20
/** Tiles of one mosaic: the command line makes larger ones. */
const MAX_TILES = 1_000_000
/** Half of what all results together may take. */
const MAX_DOCUMENT = KEPT_BYTES / 2

const free: Conditions = { isFree: true, hold: () => true }
const onlyNew: Conditions = { isFree: false, hold: (etag) => etag === undefined }

/** What can be refused before a job is started. @throws SmaltiError */
export async function checkCreate(body: CreateBody, { engine, writer }: CreateTools): Promise<CreateSource> {
  const source = sourceOf(body)
  const { tms = DEFAULT_TMS, minzoom, maxzoom, url, overwrite = false } = body
  if (!tileMatrixSet(tms).quadtree) throw new ParameterError('body', `body: tms: ${tms} has no quadkeys`)
  if (minzoom !== undefined && maxzoom !== undefined && minzoom > maxzoom)
    throw new ParameterError('body', `body: minzoom (${minzoom}) is above maxzoom (${maxzoom})`)
  if (url !== undefined) {
    await writer.check(url)
    if (!overwrite && (await isThere(engine, url))) throw exists()
  }
  return source
}

/** Reads what the mosaic is made of, makes it, and writes it where that is asked for. @throws SmaltiError; the signal's reason */
export async function createMosaic(
  body: CreateBody,
  source: CreateSource,
  tools: CreateTools,
  job: JobTools,
): Promise<CreateResult> {
  const { url } = body
  const { mosaic, text } = await make(body, source, tools, job)
  if (url === undefined) {
    const document = Buffer.from(text ?? textOf(mosaic))
    if (document.length > MAX_DOCUMENT)
      throw new TooLargeError(`the document has more than ${MAX_DOCUMENT} bytes: "url" names a place where it is written instead`)
    return { document }
  }
  job.progress({ stage: 'write', done: 0, total: 1 })
  job.signal.throwIfAborted()
  try {
    const written = await tools.writer.put(url, mosaic, body.overwrite ? free : onlyNew, text)
    job.progress({ stage: 'write', done: 1, total: 1 })
    return { written }
  } catch (error) {
    throw error instanceof SmaltiError && error.status === 412 ? exists() : error
  }
}

async function make(body: CreateBody, source: CreateSource, tools: CreateTools, job: JobTools): Promise<MadeMosaic> {
  const { mosaics } = tools.engine
  const place = mosaics.place(body.url ?? MEMORY_ADDRESS)
  if (source.kind === 'search') return { mosaic: await fromSearch(body, source.search, place.context, job) }
  const { features, zooms, property } =
    source.kind === 'urls'
      ? await fromFiles(body, source.urls, tools, job)
      : await fromGiven(body, source, addressesOf(place), place.context, job)
  job.progress({ stage: 'tiles', done: 0, total: features.length })
  const made = await coverBeside(
    features,
    {
      ...zooms,
      property,
      quadkeyZoom: body.quadkey_zoom,
      tms: body.tms,
      assetPrefix: body.asset_prefix,
      minimumTileCover: body.minimum_tile_cover,
      tileCoverSort: body.tile_cover_sort,
      maximumItemsPerTile: body.maximum_items_per_tile,
      members: membersOf(body),
      maxTiles: MAX_TILES,
    },
    job.signal,
  )
  job.progress({ stage: 'tiles', done: features.length, total: features.length })
  return made
}

interface MadeMosaic {
  readonly mosaic: MosaicJSON
  readonly text?: Uint8Array
}

interface Made {
  readonly features: readonly MosaicFeature[]
  readonly zooms: { readonly minzoom: number; readonly maxzoom: number }
  readonly property: string
}

async function fromFiles(body: CreateBody, urls: readonly string[], { engine }: CreateTools, job: JobTools): Promise<Made> {
  job.progress({ stage: 'headers', done: 0, total: urls.length })
  const { features, failed } = await footprints(engine.cogs, urls, tileMatrixSet(body.tms ?? DEFAULT_TMS), {
    onError: body.on_error ?? 'fail',
    concurrency: body.max_threads ?? THREADS,
    onProgress: (done, total) => job.progress({ stage: 'headers', done, total }),
    signal: job.signal,
  })
  for (const { path, error } of failed) job.failed({ asset: path, error })
  return { features, zooms: zoomsOf(features, body), property: 'path' }
}

async function fromGiven(
  body: CreateBody,
  { features, property }: Extract<CreateSource, { kind: 'features' }>,
  addresses: (asset: string) => string | Promise<string>,
  context: StoreContext,
  job: JobTools,
): Promise<Made> {
  const { minzoom = 0, maxzoom = 0 } = body
  const nameOf = ({ properties }: MosaicFeature) => properties?.[property] as string
  const bad = await refused(new Set(features.map(nameOf)), addresses, { body, context, job })
  return { features: features.filter((feature) => !bad.has(nameOf(feature))), zooms: { minzoom, maxzoom }, property }
}

async function fromSearch(
  body: CreateBody,
  { url, query, max_items, page_limit }: SearchSource,
  context: StoreContext,
  job: JobTools,
): Promise<MosaicJSON> {
  job.progress({ stage: 'search', done: 0 })
  const { href } = parseStac(/^stac[+ ]/i.test(url) ? url : `stac+${url}`)
  const { minzoom, maxzoom, accessor } = body
  const search = checkedSearch({ query, minzoom, maxzoom, maxItems: max_items, limit: page_limit, accessor })
  const store = await openStac(href, search, context, { signal: job.signal })
  if (!store) throw new Error('a search that nobody knew is unchanged')
  const { 'smalti:search': _, tiles, ...document } = await store.document()
  const bad = await refused(new Set(Object.values(tiles).flat()), (asset) => asset, { body, context, job })
  const prefix = body.asset_prefix ?? ''
  const cut = (asset: string) => (prefix !== '' && asset.startsWith(prefix) ? asset.slice(prefix.length) : asset)
  const kept = Object.entries(tiles).map(([key, assets]) => [key, assets.filter((asset) => !bad.has(asset)).map(cut)] as const)
  return {
    ...document,
    ...membersOf(body),
    ...(prefix !== '' && { asset_prefix: prefix }),
    tiles: Object.fromEntries(kept.filter(([, assets]) => assets.length > 0)),
  }
}

/** Assets that this server may not or cannot open: the operator's guard decides on each. @throws SmaltiError of the first, unless they are skipped */
async function refused(
  assets: ReadonlySet<string>,
  addresses: (asset: string) => string | Promise<string>,
  { body, context, job }: { body: CreateBody; context: StoreContext; job: JobTools },
): Promise<ReadonlySet<string>> {
  const bad = new Set<string>()
  const rest = assets.values()
  let done = 0
  let isOver = false
  const worker = async (): Promise<void> => {
    for (const asset of rest) {
      if (isOver) return
      job.signal.throwIfAborted()
      try {
        // Of a file it is seen whether it is there; to others nothing is sent.
        const opened = await context.net.open(await addresses(asset))
        await opened.close()
      } catch (error) {
        if (body.on_error !== 'skip' || !(error instanceof SmaltiError)) {
          isOver = true
          throw error
        }
        bad.add(asset)
        job.failed({ asset, error })
      }
      if (++done % 100 === 0 || done === assets.size) job.progress({ stage: 'assets', done, total: assets.size })
    }
  }
  await Promise.all(Array.from({ length: Math.min(THREADS, assets.size) }, worker))
  if (bad.size > 0 && bad.size === assets.size) throw new NotAllowedError('none of the assets may be read')
  return bad
}

function addressesOf({ address, kind, context }: ReturnType<Engine['mosaics']['place']>) {
  return addressesBeside(address, kind.localPath?.(address, context.cwd), context)
}

function membersOf({ name, description, attribution, version }: CreateBody): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ name, description, attribution, version }).filter(([, value]) => value !== undefined),
  )
}

async function isThere({ mosaics }: Pick<Engine, 'mosaics'>, url: string): Promise<boolean> {
  return mosaics.revalidate(url).then(
    () => true,
    (error: unknown) => {
      if (error instanceof SmaltiError && error.status === 404) return false
      throw error
    },
  )
}

function exists(): AlreadyExistsError {
  return new AlreadyExistsError('there is a mosaic already: "overwrite": true replaces it')
}
