import { NotFoundError, SmaltiError, TimeoutError, UpstreamError, UpstreamUnauthorizedError } from '../errors.ts'
import type { Credentials } from './credentials.ts'
import type { ObjectPlace, ObjectScheme } from './object-address.ts'
import type { SasTokens } from './sas-tokens.ts'
import type { WriteCondition } from './source.ts'

/** What differs between S3, Google Cloud Storage and Azure Blob. Addresses have been through the guard. */
export interface ObjectService {
  /** Bytes [offset, end), fewer where the object ends. undefined: it has no byte at `offset`. @throws ChangedError if it is not `revision` any more */
  readRange(place: ObjectPlace, range: ObjectRange, signal: AbortSignal): Promise<ObjectPart | undefined>
  /** The whole object; undefined if it still is `ifNot`. @param limit bytes; `tooLarge` is thrown above it, before more is read */
  readWhole(place: ObjectPlace, options: WholeOptions, signal: AbortSignal): Promise<ObjectPart | undefined>
  /** In one piece or not at all; sent once. @returns the new revision. @throws AlreadyExistsError, PreconditionFailedError */
  write(place: ObjectPlace, bytes: Uint8Array, condition: WriteCondition, signal: AbortSignal): Promise<string>
  /** @throws NotFoundError, PreconditionFailedError */
  delete(place: ObjectPlace, condition: WriteCondition, signal: AbortSignal): Promise<void>
  close(): void
}

export interface ObjectRange {
  readonly offset: number
  readonly end: number
  readonly revision?: string
}

export interface WholeOptions {
  readonly ifNot?: string
  readonly limit: number
  readonly tooLarge: () => Error
}

export interface ObjectPart {
  readonly bytes: Uint8Array
  /** Bytes of the whole object. */
  readonly size: number
  /** ETag or generation. */
  readonly revision: string
}

export interface ServiceOptions {
  readonly credentials: Credentials
  /** Of Azure's containers. */
  readonly tokens?: SasTokens
  readonly env: Readonly<Record<string, string | undefined>>
  readonly limits: {
    readonly tries: number
    readonly connectMs: number
    readonly headersMs: number
    readonly connections: number
  }
}

/** The SDKs are large: each is loaded when its scheme is first used. */
const services: Readonly<Record<ObjectScheme, (options: ServiceOptions) => Promise<ObjectService>>> = {
  s3: async (options) => (await import('./s3-objects.ts')).createS3Objects(options),
  gs: async (options) => (await import('./gcs-objects.ts')).createGcsObjects(options),
  az: async (options) => (await import('./azure-objects.ts')).createAzureObjects(options),
}

/** Services by scheme, each made once. */
export class ObjectServices {
  readonly #options: ServiceOptions
  readonly #made = new Map<ObjectScheme, Promise<ObjectService>>()

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  for(scheme: ObjectScheme): Promise<ObjectService> {
    const made = this.#made.get(scheme) ?? services[scheme](this.#options)
    this.#made.set(scheme, made)
    return made
  }

  async close(): Promise<void> {
    for (const service of this.#made.values()) (await service).close()
  }
}

/** Runs a call under a time limit and the caller's signal; whichever ends it is what is thrown. */
export async function within<T>(
  name: string,
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const abort = new AbortController()
  const leave = () => abort.abort(signal?.reason)
  signal?.addEventListener('abort', leave, { once: true })
  const clock = setTimeout(() => abort.abort(new TimeoutError(`${name} took too long`)), ms)
  try {
    return await work(abort.signal)
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error
  } finally {
    clearTimeout(clock)
    signal?.removeEventListener('abort', leave)
  }
}

/** The error that a status stands for, whichever the service. The cause is for the log. */
export function objectError(name: string, status: number | undefined, cause: unknown): SmaltiError {
  if (cause instanceof SmaltiError) return cause
  if (status === 404) return new NotFoundError(`${name} was not found`)
  if (status === 401 || status === 403)
    return new UpstreamUnauthorizedError(`${name} may not be read or written with these credentials`)
  if (status !== undefined) return new UpstreamError(`${name}: the service answered ${status}`, { cause })
  return new UpstreamError(`${name}: the service could not be reached`, { cause })
}

/** All chunks of a body. @throws what `tooLarge` makes, as soon as there are more than `limit` bytes */
export async function collect(body: AsyncIterable<Uint8Array>, limit: number, tooLarge: () => Error): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) throw tooLarge()
    chunks.push(chunk)
  }
  // Not Buffer.concat alone: small buffers of Node's share one pool, and theirs is not ours to hand to a thread.
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** Bytes of the whole object from `bytes 0-99/1234`. */
export function totalOf(contentRange: string | undefined): number | undefined {
  const total = /\/(\d{1,15})$/.exec(contentRange ?? '')?.[1]
  return total === undefined ? undefined : Number(total)
}
