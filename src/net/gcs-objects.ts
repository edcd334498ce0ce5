import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { type ApiError, type File, type FileMetadata } from '@google-cloud/storage'
import { AlreadyExistsError, ChangedError, NotFoundError, PreconditionFailedError, UpstreamUnauthorizedError } from '../errors.ts'
import { GcsClients } from './gcs-clients.ts'
import { mediaType } from './media-type.ts'
import { type ObjectPlace, printObject } from './object-address.ts'
import { collect, objectError, type ObjectPart, type ObjectService, type ServiceOptions, totalOf } from './objects.ts'

/** Reads are pinned by the generation in the address itself: a changed object is then absent, whatever the server makes of conditions. */
export function createGcsObjects(options: ServiceOptions): ObjectService {
  const clients = new GcsClients(options)

  async function fileOf(place: ObjectPlace, writes: boolean, generation?: string): Promise<File> {
    const { storage, userProject } = await clients.for(place, { writes })
    return storage.bucket(place.bucket, { userProject }).file(place.key, { generation })
  }

  return {
    async readRange(place, { offset, end, revision }, signal) {
      const name = printObject(place)
      const file = await fileOf(place, false, revision)
      const tooLarge = () => objectError(name, 200, new Error('more bytes than were asked for'))
      try {
        const found = await read(file, name, { start: offset, end: end - 1 }, { bytes: end - offset, tooLarge }, signal)
        if (!found) return undefined
        const size = totalOf(single(found.headers['content-range']))
        const generation = revision ?? single(found.headers['x-goog-generation'])
        if (size !== undefined && generation !== undefined) return { bytes: found.bytes, size, revision: generation }
        // A server that tells neither: what it has now must have been there already, or the next read sees that it changed.
        const known = await metadata(file, name)
        return { bytes: found.bytes, size: Number(known.size), revision: String(known.generation) }
      } catch (error) {
        if (revision !== undefined && error instanceof NotFoundError)
          throw new ChangedError(`${name} changed while it was being read`)
        throw error
      }
    },

    async readWhole(place, { ifNot, limit, tooLarge }, signal) {
      const name = printObject(place)
      for (let attempt = 1; ; attempt++) {
        const { generation, size } = await metadata(await fileOf(place, false), name)
        const revision = String(generation)
        if (revision === ifNot) return undefined
        if (Number(size) > limit) throw tooLarge()
        try {
          const found = await read(await fileOf(place, false, revision), name, {}, { bytes: limit, tooLarge }, signal)
          const bytes = found?.bytes ?? new Uint8Array(0)
          return { bytes, size: bytes.length, revision } satisfies ObjectPart
        } catch (error) {
          // Replaced between the two requests.
          if (!(error instanceof NotFoundError) || attempt === 3) throw error
        }
      }
    },

    async write(place, bytes, { ifAbsent, ifRevision }, signal) {
      const file = await fileOf(place, true)
      const name = printObject(place)
      signal.throwIfAborted()
      const condition = ifAbsent ? 0 : ifRevision
      try {
        await file.save(bytes, {
          resumable: false,
          contentType: mediaType(place.key),
          // The service checks what it gets. The SDK would do so afterwards, and delete what differs, whosever it is by then.
          validation: false,
          metadata: { md5Hash: createHash('md5').update(bytes).digest('base64') },
          ...(condition !== undefined && { preconditionOpts: { ifGenerationMatch: condition } }),
        })
      } catch (error) {
        const status = statusOf(error)
        if (status === 412 || status === 409) {
          if (ifAbsent) throw new AlreadyExistsError(`${name} is there already and may not be overwritten`)
          if (ifRevision !== undefined) throw gone(name)
        }
        throw gcsError(name, error)
      }
      return String((file.metadata as FileMetadata).generation)
    },

    async delete(place, { ifRevision }, signal) {
      const name = printObject(place)
      const file = await fileOf(place, true)
      signal.throwIfAborted()
      await file.delete({ ifGenerationMatch: ifRevision }).catch((error: unknown) => {
        throw statusOf(error) === 412 ? gone(name) : gcsError(name, error)
      })
    },

    close() {},
  }
}

/** undefined: there is no byte in the bounds. */
async function read(file: File, name: string, bounds: Bounds, limit: Limit, signal: AbortSignal): Promise<Received | undefined> {
  const stream = file.createReadStream({ ...bounds, validation: false, decompress: false, userProject: file.userProject })
  const stop = () => stream.destroy()
  signal.addEventListener('abort', stop, { once: true })
  const headers = Promise.withResolvers<IncomingMessage['headers']>()
  // Never waited for where the request fails: the body's error says it.
  headers.promise.catch(() => {})
  stream.on('response', (response: Replied) => {
    // The SDK leads it through two pipelines, whose listeners are one more than Node takes for a leak.
    response.setMaxListeners?.(ENOUGH_LISTENERS)
    headers.resolve(plainHeaders(response))
  })
  try {
    const bytes = await collect(stream as Readable, limit.bytes, limit.tooLarge)
    signal.throwIfAborted()
    return { bytes, headers: await headers.promise }
  } catch (error) {
    if (statusOf(error) === 416) return undefined
    throw gcsError(name, error)
  } finally {
    stream.destroy()
    signal.removeEventListener('abort', stop)
  }
}

interface Bounds {
  readonly start?: number
  /** The last byte. */
  readonly end?: number
}

interface Limit {
  readonly bytes: number
  readonly tooLarge: () => Error
}

interface Received {
  readonly bytes: Uint8Array
  readonly headers: IncomingMessage['headers']
}

/** A Node response or a fetch one, as the SDK's version has it. */
type Replied = { headers: IncomingMessage['headers'] | Headers; setMaxListeners?(count: number): unknown }

const ENOUGH_LISTENERS = 30

function plainHeaders({ headers }: Replied): IncomingMessage['headers'] {
  return headers instanceof Headers ? Object.fromEntries(headers) : headers
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

async function metadata(file: File, name: string): Promise<FileMetadata> {
  try {
    const [found] = await file.getMetadata()
    return found
  } catch (error) {
    throw gcsError(name, error)
  }
}

function gone(name: string): PreconditionFailedError {
  return new PreconditionFailedError(`${name} has been changed or deleted since it was read`)
}

function statusOf(error: unknown): number | undefined {
  const { code, status } = error as Partial<ApiError> & { status?: unknown }
  const told = Number(code ?? status)
  return Number.isInteger(told) ? told : undefined
}

function gcsError(name: string, error: unknown): unknown {
  if (/default credentials/i.test((error as Error).message ?? '')) {
    return new UpstreamUnauthorizedError(`${name}: there are no credentials for it (GS_NO_SIGN_REQUEST=YES reads public buckets)`)
  }
  return objectError(name, statusOf(error), error)
}
