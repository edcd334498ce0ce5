import { NoAssetsError, NotWritableError, ParameterError } from '../errors.ts'
import { feature } from '../feature.ts'
import type { Geometry } from '../feature/geometry.ts'
import type { BBox } from '../grid/bbox.ts'
import { tileMatrixSet } from '../grid/tms.ts'
import type { MosaicInfo, MosaicJSON, MosaicMembers } from '../mosaic/document.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'
import { mosaicInfo, type MosaicInfoAnswer } from '../mosaic/info.ts'
import { assetsForBbox, assetsForPoint, assetsForTile } from '../mosaic/search.ts'
import { updatedMosaic, type UpdateOptions } from '../mosaic/update.ts'
import { type BuiltOverview, buildOverview, type OverviewOptions } from '../overview/build-overview.ts'
import { linkLayer } from '../overview/link-layer.ts'
import { hrefFor, outputPlace } from '../overview/output-place.ts'
import { part } from '../part.ts'
import { point, type PointValues } from '../point.ts'
import { DocumentStore } from '../stores/document-store.ts'
import type { StoreKind } from '../stores/kind.ts'
import type { SearchOptions, WriteOptions } from '../stores/store.ts'
import { updateStored } from '../stores/update-stored.ts'
import { tile } from '../tile.ts'
import { HeldMosaic } from './held-mosaic.ts'
import type { MosaicImage } from './image.ts'
import type { AssetsOptions, BackendOptions, LinkOptions, PartOptions, PointOptions, TileOptions } from './options.ts'
import { imageOf, never, pictureRequest, placeOf } from './picture-request.ts'
import { Reader } from './reader.ts'

/** A mosaic: what every kind of storage has. Opened by `MosaicBackend(address)`, or by the first method that needs it. */
export abstract class BaseBackend implements AsyncDisposable {
  readonly address: string
  readonly #reader: Reader
  readonly #mosaic: HeldMosaic
  #closing: Promise<void> | undefined

  /** @throws NotWritableError for a `mosaicDef` that could never be written */
  constructor(kind: StoreKind, address: string, options: BackendOptions = {}) {
    if (options.mosaicDef && !kind.create)
      throw new NotWritableError(`${kind.name}: a mosaic there is only read, so it takes no mosaicDef`)
    this.address = address
    this.#reader = new Reader(kind, address, options)
    this.#mosaic = new HeldMosaic(kind, address, this.#reader.context, options.mosaicDef)
  }

  /** Reads the mosaic. Further calls wait for the same. @throws SmaltiError */
  async open(): Promise<this> {
    await this.#mosaic.opened()
    return this
  }

  /** The document without its tiles. @throws Error before it has been read */
  get metadata(): MosaicMembers {
    return this.#info.members
  }

  /** The whole document; of SQLite and DynamoDB, which hold no document, without its tiles. @throws Error before it has been read */
  get mosaicDef(): MosaicJSON {
    const { store, given } = this.#mosaic
    if (store instanceof DocumentStore) return store.mosaic
    return store || !given ? { ...this.metadata, tiles: {} } : given
  }

  /** The whole document, also of those that hold none: SQLite and DynamoDB then read all their tiles. @throws SmaltiError */
  async document(): Promise<MosaicJSON> {
    return (await this.#mosaic.opened()).document()
  }

  get minzoom(): number {
    return this.#info.minzoom
  }

  get maxzoom(): number {
    return this.#info.maxzoom
  }

  get quadkeyZoom(): number {
    return this.#info.quadkeyZoom
  }

  /** Degrees. minX > maxX: across the antimeridian. */
  get bounds(): BBox {
    return this.#info.bounds
  }

  get center(): readonly [lon: number, lat: number, zoom: number] {
    return this.#info.center
  }

  /** ETag, generation or the like of what was read. */
  get revision(): string | undefined {
    return this.#mosaic.store?.revision
  }

  async info({ quadkeys = false }: { readonly quadkeys?: boolean } = {}): Promise<MosaicInfoAnswer> {
    const { info } = await this.#mosaic.opened()
    const keys: string[] = []
    if (quadkeys) for await (const key of this.quadkeys()) keys.push(key)
    return { ...mosaicInfo(info), quadkeys: keys }
  }

  async *quadkeys(): AsyncGenerator<string> {
    yield* (await this.#mosaic.opened()).quadkeys()
  }

  /** Assets that may touch a tile, in the order of the mosaic. */
  async assetsForTile(
    x: number,
    y: number,
    z: number,
    { tms, ...options }: AssetsOptions & { readonly tms?: string } = {},
  ): Promise<readonly string[]> {
    const store = await this.#mosaic.opened()
    return assetsForTile(store, tileMatrixSet(tms ?? store.info.tileMatrixSet), z, x, y, this.#search(options))
  }

  /** Degrees. */
  async assetsForPoint(lon: number, lat: number, options: AssetsOptions = {}): Promise<readonly string[]> {
    return assetsForPoint(await this.#mosaic.opened(), lon, lat, this.#search(options))
  }

  /** Degrees. minX > maxX: across the antimeridian. */
  async assetsForBbox(bbox: BBox, options: AssetsOptions = {}): Promise<readonly string[]> {
    return assetsForBbox(await this.#mosaic.opened(), bbox, this.#search(options))
  }

  /** @throws NoAssetsError where the mosaic has nothing; SmaltiError */
  async tile(x: number, y: number, z: number, options: TileOptions = {}): Promise<MosaicImage> {
    const engine = await this.#engine()
    const { tms = this.#info.tileMatrixSet, tilesize: size = 256, buffer = 0, padding = 0, signal = never } = options
    const request = { ...pictureRequest(options), tms, z, x, y, size, buffer, padding }
    return imageOf(await tile(engine, request, signal), `tile ${z}/${x}/${y}`)
  }

  /** A box: west, south, east, north. @throws NoAssetsError where the mosaic has nothing; SmaltiError */
  async part(bbox: BBox, options: PartOptions = {}): Promise<MosaicImage> {
    const request = { ...pictureRequest(options), ...placeOf(options), bbox }
    return imageOf(await part(await this.#engine(), request, options.signal ?? never), `box ${bbox.join(', ')}`)
  }

  /** What lies under a GeoJSON feature or geometry. @throws NoAssetsError where the mosaic has nothing; SmaltiError */
  async feature(shape: Geometry | { readonly geometry: Geometry }, options: PartOptions = {}): Promise<MosaicImage> {
    const geometry = 'geometry' in shape ? shape.geometry : shape
    const request = { ...pictureRequest(options), ...placeOf(options), geometry }
    return imageOf(await feature(await this.#engine(), request, options.signal ?? never), 'feature')
  }

  /** The values of every asset at a point; null: no data. @throws NoAssetsError where the mosaic has nothing */
  async point(lon: number, lat: number, options: PointOptions = {}): Promise<readonly PointValues[]> {
    const request = { ...pictureRequest(options), lon, lat, coordCrs: options.coordCrs }
    const { assets } = await point(await this.#engine(), request, options.signal ?? never)
    if (!assets) throw new NoAssetsError(`the mosaic has no asset at the point ${lon}, ${lat}`)
    return assets
  }

  /** Stores the mosaic at its address. @throws AlreadyExistsError without `overwrite`, if there is one; NotWritableError */
  async write({ overwrite = false }: Pick<WriteOptions, 'overwrite'> = {}): Promise<void> {
    const create = this.#mosaic.checkWritable()
    const store = await this.#mosaic.opened()
    await create(this.address, await store.document(), this.#reader.context, { overwrite })
    await this.#reopen()
  }

  /**
   * Adds features (assets with their footprints) behind the present ones, or before them, and stores the mosaic.
   * @throws PreconditionFailedError where somebody else has written since it was read; NotWritableError
   */
  async update(features: readonly MosaicFeature[], options: UpdateOptions = {}): Promise<void> {
    const create = this.#mosaic.checkWritable()
    if (!Array.isArray(features)) throw new ParameterError('features', 'features: must be an array of GeoJSON features')
    const store = await this.#mosaic.opened()
    if (this.#mosaic.isStored) {
      await updateStored(store, features, options)
      return this.#reopen()
    }
    // One that was given and never stored replaces nothing.
    const mosaic = updatedMosaic(await store.document(), features, options)
    await create(this.address, mosaic, this.#reader.context, {})
    await this.#reopen(mosaic)
  }

  /**
   * Makes a low-resolution COG of the whole mosaic, at a path or an address of a bucket, and writes into the mosaic that it is there: the
   * tiles of low zooms come from it. A call that was ended is gone on with by the next.
   * @throws AlreadyExistsError without `overwrite`, if there is one; NotWritableError for a mosaic that cannot be linked
   */
  async overview(output: string, { link = true, href, ...options }: OverviewOptions & LinkOptions = {}): Promise<BuiltOverview> {
    const { context } = this.#reader
    const store = await this.#mosaic.opened()
    if (link && !this.#mosaic.isStored)
      throw new NotWritableError('a mosaic that is not stored cannot be linked: write it before')
    const name = link ? (href ?? this.#hrefOf(output)) : undefined
    const mosaic = { engine: await this.#engine(), store, net: context.net, cwd: context.cwd }
    const built = await buildOverview(mosaic, output, options)
    if (name === undefined) return built
    const { maxzoom, revision } = built
    await linkLayer(() => this.#mosaic.read(), { href: name, maxzoom, revision })
    await this.#reopen()
    return built
  }

  /** @throws NotFoundError, NotWritableError */
  async delete(): Promise<void> {
    this.#mosaic.checkWritable()
    if (!this.#mosaic.isKept) return
    const store = await this.#mosaic.read()
    await store.delete()
  }

  /** Ends threads and connections; twice does no harm. */
  close(): Promise<void> {
    this.#closing ??= this.#reader.close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #info(): MosaicInfo {
    return this.#mosaic.info
  }

  /** @throws ParameterError for a file of this machine, where readers of the mosaic are elsewhere */
  #hrefOf(output: string): string {
    this.#mosaic.checkWritable()
    const href = hrefFor(outputPlace(output, this.#reader.context).address, this.#mosaic.localPath ?? this.address)
    if (href !== undefined) return href
    throw new ParameterError(
      'href',
      `href: ${output} is a file of this machine: say the address that readers of the mosaic will find it at`,
    )
  }

  #reopen(mosaic?: MosaicJSON): Promise<void> {
    return this.#mosaic.reopen(() => mosaic ?? this.mosaicDef)
  }

  #search(options: AssetsOptions): SearchOptions {
    return { maxAssets: this.#reader.maxAssets, ...options }
  }

  async #engine() {
    return this.#reader.engine(await this.#mosaic.opened())
  }
}
