import type { MosaicInfo, MosaicJSON } from '../mosaic/document.ts'
import type { TileBox } from '../mosaic/tile-box.ts'
import type { MosaicPatch } from '../mosaic/update.ts'
import type { Trace } from '../net/source.ts'

export interface SearchOptions {
  /** More assets than this is an error that names the limit, not a longer wait. */
  readonly maxAssets: number
  /** Stop after so many, without an error. */
  readonly limit?: number
  readonly signal?: AbortSignal
  readonly trace?: Trace
}

export interface WriteOptions {
  /** false: a mosaic that is there already is an error. */
  readonly overwrite?: boolean
  /** Replace this revision and no other. @throws PreconditionFailedError */
  readonly ifRevision?: string
  /** The document as JSON text, where it is there already: storage that keeps documents keeps this, byte for byte. */
  readonly text?: Uint8Array
  /** How a table of DynamoDB is laid out: ours, which a crash cannot tear, or cogeo-mosaic's, which it can read. Default ours. */
  readonly layout?: 'smalti' | 'cogeo-mosaic'
}

/** Of what has been written, where the storage tells it of this very write; else whoever wants it looks, and may see a later one's. */
export type Revision = string | undefined

export interface DeleteOptions {
  /** This revision and no other. @throws PreconditionFailedError */
  readonly ifRevision?: string
}

/** What becomes of some tiles of a mosaic: they are given as they are, keys without a tile left out. */
export type Amendment = (present: ReadonlyMap<string, readonly string[]>) => MosaicPatch

/** What the server needs of a mosaic's storage. The public classes in backends/ hold one. */
export interface MosaicStore {
  /** The document without `tiles`. */
  readonly info: MosaicInfo
  /** Source ETag or content hash, taken once; feeds every tile ETag. */
  readonly revision: string
  /** Bytes that this store keeps in memory, for the mosaic cache. */
  readonly bytes: number
  /**
   * Assets of the quadkeys that match. Prefixes have at most quadkey_zoom digits; each matches all keys below it (no 4^n
   * expansion). Order: prefix, quadkey, then list; deduplicated; asset_prefix applied; relative addresses resolved.
   * @throws TooLargeError above maxAssets
   */
  assetsFor(prefixes: readonly string[], options: SearchOptions): Promise<readonly string[]>
  /**
   * Assets of the quadkeys whose tile, in quadkey_zoom, is in the box. Order: column, row, then list; else as assetsFor.
   * @throws TooLargeError above maxAssets
   */
  assetsIn(box: TileBox, options: SearchOptions): Promise<readonly string[]>
  quadkeys(): AsyncIterable<string>
  /** Every tile by ascending quadkey, its assets as the document lists them. */
  entries(): AsyncIterable<readonly [quadkey: string, assets: readonly string[]]>
  /** The address that a member of the document means: relative ones are beside the document; asset_prefix is not applied. */
  resolve(href: string): Promise<string>
  /** The JSON text of the whole document in pieces, between which others get their turn: of documents that lie in memory. */
  text?(): AsyncIterable<string>
  /** The whole document as it was read, unknown members kept. */
  document(): Promise<MosaicJSON>
  /** Read-only backends throw NotWritableError. */
  write(mosaic: MosaicJSON, options: WriteOptions): Promise<Revision>
  /**
   * Changes the members and these tiles, and neither reads nor writes others. Stores whose mosaics are written whole have it not:
   * see updateStored. @throws PreconditionFailedError unless the mosaic still is of this store's revision
   */
  amend?(quadkeys: readonly string[], amendment: Amendment): Promise<Revision>
  /** @throws NotFoundError; NotWritableError of read-only backends */
  delete(options?: DeleteOptions): Promise<void>
}
