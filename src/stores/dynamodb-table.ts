import { setTimeout as sleep } from 'node:timers/promises'
import type * as Sdk from '@aws-sdk/client-dynamodb'
import type { AttributeValue, DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb'
import {
  BusyError,
  NotFoundError,
  SmaltiError,
  TimeoutError,
  TooLargeError,
  UpstreamError,
  UpstreamUnauthorizedError,
} from '../errors.ts'
import type { KeyRange } from '../mosaic/key-range.ts'
import type { ReadOptions, TablePlace, WritableNet } from '../net/source.ts'
import { printDynamo } from './dynamodb-address.ts'

export type Item = Record<string, AttributeValue>

/** Condition of a write: the attributes that must be so. `undefined`: there is no such item, or no such attribute. */
export type Condition = 'absent' | Readonly<Record<string, string | undefined>>

const BATCH = 25
const BATCHES = 4
/** Tries for items that the service has not taken, and the wait before the second. Milliseconds. */
const TRIES = 10
const RETRY_MS = 50
const TABLE_MS = 120_000

/** One mosaic's items: all that share its name as the hash key. */
export class DynamoTable {
  /** For messages. */
  readonly name: string
  readonly #client: DynamoDBClient
  readonly #sdk: typeof Sdk
  readonly #place: TablePlace

  private constructor(place: TablePlace, client: DynamoDBClient, sdk: typeof Sdk) {
    this.name = printDynamo(place)
    this.#place = place
    this.#client = client
    this.#sdk = sdk
  }

  /** Nothing is sent yet. @throws NotAllowedError */
  static async of(place: TablePlace, net: WritableNet): Promise<DynamoTable> {
    const client = await net.tableClient(place)
    return new DynamoTable(place, client, await import('@aws-sdk/client-dynamodb'))
  }

  /** @throws NotFoundError where there is no table */
  async get(sortKey: string, { signal, trace }: ReadOptions = {}): Promise<Item | undefined> {
    if (trace) trace.reads++
    const command = new this.#sdk.GetItemCommand({ TableName: this.#place.table, Key: this.#key(sortKey), ConsistentRead: true })
    const { Item: item } = await this.#send(() => this.#client.send(command, { abortSignal: signal }))
    return item
  }

  /** Items of a range of sort keys in order, page by page; empty pages are followed. @param only attributes that are wanted */
  async *query(
    { from, below }: KeyRange,
    { signal, trace, only }: ReadOptions & { readonly only?: string } = {},
  ): AsyncGenerator<readonly Item[]> {
    let start: Item | undefined
    do {
      if (trace) trace.reads++
      const command = new this.#sdk.QueryCommand({
        TableName: this.#place.table,
        KeyConditionExpression: 'mosaicId = :mosaic AND quadkey BETWEEN :from AND :below',
        ExpressionAttributeValues: { ':mosaic': { S: this.#place.mosaic }, ':from': { S: from }, ':below': { S: below } },
        ProjectionExpression: only,
        ConsistentRead: true,
        ExclusiveStartKey: start,
      })
      const page = await this.#send(() => this.#client.send(command, { abortSignal: signal }))
      if (page.Items && page.Items.length > 0) yield page.Items
      start = page.LastEvaluatedKey
    } while (start)
  }

  /** Whether the condition held, and the item is there now. */
  async put(sortKey: string, attributes: Item, condition: Condition): Promise<boolean> {
    const command = new this.#sdk.PutItemCommand({
      TableName: this.#place.table,
      Item: { ...this.#key(sortKey), ...attributes },
      ...conditionOf(condition),
    })
    return this.#if(() => this.#client.send(command))
  }

  /** Whether the condition held, and the item is gone. */
  async remove(sortKey: string, condition: Condition): Promise<boolean> {
    const command = new this.#sdk.DeleteItemCommand({
      TableName: this.#place.table,
      Key: this.#key(sortKey),
      ...conditionOf(condition),
    })
    return this.#if(() => this.#client.send(command))
  }

  async putAll(items: Iterable<readonly [sortKey: string, attributes: Item]>): Promise<void> {
    await this.#writeAll(items, ([sortKey, attributes]) => ({ PutRequest: { Item: { ...this.#key(sortKey), ...attributes } } }))
  }

  async removeAll(sortKeys: Iterable<string>): Promise<void> {
    await this.#writeAll(new Set(sortKeys), (sortKey) => ({ DeleteRequest: { Key: this.#key(sortKey) } }))
  }

  /** Makes the table as cogeo-mosaic does, paid by request, and waits for it. */
  async create(): Promise<void> {
    const { CreateTableCommand, waitUntilTableExists } = this.#sdk
    const command = new CreateTableCommand({
      TableName: this.#place.table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'mosaicId', AttributeType: 'S' },
        { AttributeName: 'quadkey', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'mosaicId', KeyType: 'HASH' },
        { AttributeName: 'quadkey', KeyType: 'RANGE' },
      ],
    })
    await this.#send(async () => {
      await this.#client.send(command).catch((error: unknown) => {
        // Somebody else is making it.
        if ((error as Error).name !== 'ResourceInUseException') throw error
      })
      await waitUntilTableExists(
        { client: this.#client, maxWaitTime: TABLE_MS / 1000, minDelay: 1, maxDelay: 5 },
        { TableName: this.#place.table },
      )
    })
  }

  #key(sortKey: string): Item {
    return { mosaicId: { S: this.#place.mosaic }, quadkey: { S: sortKey } }
  }

  async #writeAll<T>(things: Iterable<T>, requestOf: (thing: T) => WriteRequest): Promise<void> {
    const rest = things[Symbol.iterator]()
    const worker = async (): Promise<void> => {
      for (;;) {
        const batch: WriteRequest[] = []
        while (batch.length < BATCH) {
          const next = rest.next()
          if (next.done) break
          batch.push(requestOf(next.value))
        }
        if (batch.length === 0) return
        await this.#writeBatch(batch)
      }
    }
    await Promise.all(Array.from({ length: BATCHES }, worker))
  }

  /** What the service has not taken is sent again, later and later. */
  async #writeBatch(batch: WriteRequest[]): Promise<void> {
    let left = batch
    for (let attempt = 1; left.length > 0; attempt++) {
      const command = new this.#sdk.BatchWriteItemCommand({ RequestItems: { [this.#place.table]: left } })
      const { UnprocessedItems } = await this.#send(() => this.#client.send(command))
      left = UnprocessedItems?.[this.#place.table] ?? []
      if (left.length === 0) return
      if (attempt === TRIES) throw new BusyError(`${this.name}: the table takes no more writes now`)
      await sleep(RETRY_MS * 2 ** (attempt - 1) * (0.5 + Math.random()))
    }
  }

  async #if(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await this.#send(work)
      return true
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false
      throw error
    }
  }

  async #send<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw tableError(this.name, error)
    }
  }
}

function conditionOf(condition: Condition): object {
  if (condition === 'absent') return { ConditionExpression: 'attribute_not_exists(quadkey)' }
  const names: Record<string, string> = {}
  const values: Item = {}
  const terms = Object.entries(condition).map(([name, value], i) => {
    names[`#n${i}`] = name
    if (value === undefined) return `attribute_not_exists(#n${i})`
    values[`:v${i}`] = { S: value }
    return `#n${i} = :v${i}`
  })
  return {
    ConditionExpression: ['attribute_exists(quadkey)', ...terms].join(' AND '),
    ...(terms.length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}

const UNAUTHORIZED =
  /^(AccessDenied|UnrecognizedClient|InvalidSignature|IncompleteSignature|ExpiredToken|MissingAuthenticationToken|InvalidClientTokenId|CredentialsProvider|TokenProvider)/

/** What the SDK threw, in our words; the cause is for the log. */
function tableError(name: string, error: unknown): unknown {
  if (error instanceof SmaltiError) return error
  const { name: kind, message } = error as Error
  if (kind === 'AbortError' || kind === 'ConditionalCheckFailedException') return error
  if (kind === 'ResourceNotFoundException') return new NotFoundError(`${name} was not found`, { cause: error })
  if (UNAUTHORIZED.test(kind)) return new UpstreamUnauthorizedError(`${name} may not be read or written with these credentials`)
  if (kind === 'TimeoutError') return new TimeoutError(`${name}: the service does not answer`)
  if (/ThroughputExceeded|Throttling|LimitExceeded/.test(kind))
    return new BusyError(`${name}: the table takes no more requests now`)
  if (kind === 'ValidationException' && /size/i.test(message))
    return new TooLargeError(`${name}: an item has more than the 400 KB that DynamoDB takes`)
  return new UpstreamError(`${name}: the service failed`, { cause: error })
}
