import { ChangedError, NotFoundError } from '../errors.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import type { KeyRange } from '../mosaic/key-range.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import type { ReadOptions } from '../net/source.ts'
import { belowDirectory } from './asset-addresses.ts'
import { parseDynamo } from './dynamodb-address.ts'
import { type DynamoMetadata, readMetadata } from './dynamodb-metadata.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { tilePages } from './dynamodb-tiles.ts'
import { amendDynamo, deleteDynamo, writeDynamo } from './dynamodb-write.ts'
import { KeyedStore, type KeyedTile } from './keyed-store.ts'
import type { StoreContext, StoreKind } from './kind.ts'
import type { Amendment, DeleteOptions, Revision, WriteOptions } from './store.ts'

const QUERIES_OF_BOX = 8
const STORE_BYTES = 32 * 1024
/** Milliseconds for which a generation that nobody has listed is left alone: its writer may be at work for long. */
const LEFT_ALONE = 1000

/** A mosaic in a DynamoDB table: one query a tile. */
export class DynamoStore extends KeyedStore {
  readonly bytes = STORE_BYTES
  protected readonly queriesOfBox = QUERIES_OF_BOX
  readonly #table: DynamoTable
  #metadata: DynamoMetadata
  /** When a generation was last seen without being listed. */
  readonly #unlisted = new Map<string, number>()

  constructor(table: DynamoTable, metadata: DynamoMetadata, { cwd, limits }: Pick<StoreContext, 'cwd' | 'limits'>) {
    super({ info: mosaicInfoOf(metadata.members), revision: metadata.revision, addresses: belowDirectory(cwd), limits })
    this.#table = table
    this.#metadata = metadata
  }

  async write(mosaic: MosaicJSON, options: WriteOptions): Promise<Revision> {
    return writeDynamo(this.#table, mosaic, options)
  }

  async amend(quadkeys: readonly string[], amendment: Amendment): Promise<Revision> {
    return amendDynamo(this.#table, quadkeys, amendment, this.revision)
  }

  async delete(options?: DeleteOptions): Promise<void> {
    await deleteDynamo(this.#table, options)
  }

  protected async *pages(range: KeyRange, options: ReadOptions): AsyncGenerator<readonly KeyedTile[]> {
    const metadata = this.#metadata
    for await (const { tiles, unlisted } of tilePages(this.#table, range, metadata, options)) {
      if (unlisted.length > 0) await this.#look(unlisted, options)
      if (this.#metadata !== metadata) throw new ChangedError(`${this.#table.name} changed while it was being read`)
      yield tiles.filter(({ isGone }) => !isGone)
    }
  }

  /** A writer may have listed its generation, and swept what it replaced, after our metadata was read. */
  async #look(unlisted: readonly string[], options: ReadOptions): Promise<void> {
    const now = performance.now()
    if (unlisted.every((generation) => now - (this.#unlisted.get(generation) ?? -Infinity) < LEFT_ALONE)) return
    const metadata = await readMetadata(this.#table, options)
    if (!metadata) throw new NotFoundError(`${this.#table.name} was not found`)
    if (metadata.revision !== this.#metadata.revision) this.#metadata = metadata
    if (this.#unlisted.size > LEFT_ALONE) this.#unlisted.clear()
    for (const generation of unlisted) this.#unlisted.set(generation, now)
  }
}

export const dynamoKind: StoreKind = {
  name: 'DynamoDB',
  matches: (_, scheme) => scheme === 'dynamodb',
  check: parseDynamo,
  async open(address, context, { ifNot, signal, trace }) {
    const table = await DynamoTable.of(parseDynamo(address), context.net)
    const metadata = await readMetadata(table, { signal, trace })
    if (!metadata) throw new NotFoundError(`${table.name} was not found`)
    return metadata.revision === ifNot ? undefined : new DynamoStore(table, metadata, context)
  },
  touches(address, { region }) {
    const { table, mosaic, region: named = region } = parseDynamo(address)
    return { addresses: [`dynamodb://${named}/${table}`, `dynamodb://${named}/${table}:${mosaic}`] }
  },
  async create(address, mosaic, context, options) {
    return writeDynamo(await DynamoTable.of(parseDynamo(address), context.net), mosaic, options)
  },
}
