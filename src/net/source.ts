import { AsyncLocalStorage } from 'node:async_hooks'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** Random access to the bytes of one file or object, whatever its scheme. Safe for concurrent reads. */
export interface ByteSource {
  /** Address without secrets, for messages and logs. */
  readonly name: string
  /**
   * Bytes [offset, offset+length), shorter only where the file ends before.
   * Pinned: after the first read, a file that has changed is a {@link ChangedError}.
   * @throws SmaltiError (404, 403, 401, 502, 504 …)
   */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>
  /** Total size in bytes; known after the first read. */
  readonly size: number | undefined
  /** ETag, or size and mtime; known after the first read. Changes when the content does. */
  readonly revision: string | undefined
  close(): Promise<void>
}

export interface ReadOptions {
  readonly signal?: AbortSignal
  readonly trace?: Trace
  /** Memory of `length` bytes that the bytes may go to, written by nobody once the read has settled; sources may give their own. */
  readonly into?: Uint8Array
}

/** A whole document, read at once. */
export interface Document {
  readonly bytes: Uint8Array
  readonly revision: string
}

/** What reading cost: one object a request, added to by every part of the story. */
export interface Trace {
  /** Requests to upstreams or reads of files. */
  reads: number
  bytesRead: number
  cacheHits: number
  cacheMisses: number
  /** Milliseconds by stage: search, read, decode, warp, compose, render, encode. */
  readonly stages: Map<string, number>
  /** Hears of each stage when it is over. */
  readonly onStage?: StageListener
}

/** Times of performance.now(). @param asset address of the asset that it was done for, without secrets, where it was one */
export type StageListener = (stage: string, start: number, end: number, asset?: string) => void

/** Who hears of the stages of work that is begun inside `run`. */
export const stageListener = new AsyncLocalStorage<StageListener>()

export function newTrace(): Trace {
  return { reads: 0, bytesRead: 0, cacheHits: 0, cacheMisses: 0, stages: new Map(), onStage: stageListener.getStore() }
}

/** Adds the milliseconds since `start` (performance.now()) to a stage. */
export function addStage(trace: Trace | undefined, stage: string, start: number): void {
  if (trace) addPeriod(trace, stage, start, performance.now())
}

/** The same for a stage that ended at `end`. */
export function addPeriod({ stages, onStage }: Trace, stage: string, start: number, end: number): void {
  stages.set(stage, (stages.get(stage) ?? 0) + end - start)
  onStage?.(stage, start, end)
}

/** What must hold for a write; neither: it replaces whatever is there. */
export interface WriteCondition {
  /** Nothing is there yet. */
  readonly ifAbsent?: boolean
  /** What is there is of this revision. */
  readonly ifRevision?: string
}

/** Opens sources and reads documents that the operator allows; made once, from the configuration. */
export interface Net {
  /** Checks the address against the guard and opens it. Nothing is sent before the first read. @throws NotAllowedError */
  open(href: string): Promise<ByteSource>
  /** Reads a whole document of at most `maxBytes`. `undefined` when its revision is still `ifNot`. @throws TooLargeError */
  readDocument(
    href: string,
    options: ReadOptions & { maxBytes: number; ifNot?: string; setting?: string },
  ): Promise<Document | undefined>
  close(): Promise<void>
}

/** It also writes, where bytes are kept as objects. Who may write is for the caller to decide. */
export interface WritableNet extends Net {
  /** Writes an object of s3, gs or az, whole or not at all. @returns its revision. @throws AlreadyExistsError, PreconditionFailedError, NotAllowedError */
  writeObject(href: string, bytes: Uint8Array, condition: WriteCondition): Promise<string>
  /** @throws NotFoundError, PreconditionFailedError, NotAllowedError */
  deleteObject(href: string, condition: WriteCondition): Promise<void>
  /** Real path of a file that is to be written below an allowed folder; it may be absent. @throws NotAllowedError, NotFoundError */
  documentFile(path: string): Promise<string>
  /** Real path of a database below an allowed folder; with `create` it may be absent. @throws NotAllowedError, NotFoundError */
  databaseFile(path: string, options?: { readonly create?: boolean }): Promise<string>
  /** Sends a search to a web API, through the guard. @throws NotAllowedError, TooLargeError, UpstreamError … */
  search(href: string, search: SearchRequest): Promise<SearchReply>
  /** Client of a DynamoDB table, with the credentials of its address. @throws NotAllowedError */
  tableClient(place: TablePlace): Promise<DynamoDBClient>
}

export interface SearchRequest extends ReadOptions {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly maxBytes: number
}

/** 2xx; or 400, 405, 422, 501, which say that the question was no good. */
export interface SearchReply {
  readonly status: number
  /** As they came: gzip stays packed. */
  readonly bytes: Uint8Array
}

/** A table of DynamoDB, with one of the mosaics in it. */
export interface TablePlace {
  /** Absent: the environment's, else us-east-1. */
  readonly region?: string
  readonly table: string
  readonly mosaic: string
}
