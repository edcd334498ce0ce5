import type { Readable } from 'node:stream'
import type { BlockBlobClient, RestError } from '@azure/storage-blob'
import { AlreadyExistsError, ChangedError, PreconditionFailedError, UpstreamError } from '../errors.ts'
import { AzureClients } from './azure-clients.ts'
import { mediaType } from './media-type.ts'
import { type ObjectPlace, printObject } from './object-address.ts'
import { collect, objectError, type ObjectService, type ServiceOptions, totalOf } from './objects.ts'

export function createAzureObjects(options: ServiceOptions): ObjectService {
  const clients = new AzureClients(options)

  /** Sends with the client of the place; what it throws is in our words. */
  async function send<T>(
    place: ObjectPlace,
    writes: boolean,
    work: (blob: BlockBlobClient, name: string) => Promise<T>,
  ): Promise<T> {
    const name = printObject(place)
    try {
      const { blob, given } = await clients.for(place, { writes })
      return await work(blob, name).catch(async (error: unknown) => {
        // A signature may be withdrawn before its end: one more try with a new one.
        if (given === undefined || statusOf(error) !== 403) throw error
        return work((await clients.for(place, { writes, refused: given })).blob, name)
      })
    } catch (error) {
      throw (error as Error).name === 'AbortError' ? error : objectError(name, statusOf(error), error)
    }
  }

  return {
    readRange(place, { offset, end, revision }, signal) {
      return send(place, false, async (blob, name) => {
        const reply = await blob
          // Never the last n bytes: not every server understands that.
          .download(offset, end - offset, { conditions: { ifMatch: revision }, abortSignal: signal, maxRetryRequests: 0 })
          .catch((error: unknown) => {
            if (statusOf(error) === 416) return undefined
            throw statusOf(error) === 412 ? new ChangedError(`${name} changed while it was being read`) : error
          })
        if (!reply) return undefined
        const size = totalOf(reply.contentRange)
        if (size === undefined) throw new UpstreamError(`${name}: the service sent no range`)
        const tooMuch = () => new UpstreamError(`${name}: the service sent more than was asked for`)
        const bytes = await collect(reply.readableStreamBody as Readable, end - offset, tooMuch)
        return { bytes, size, revision: reply.etag ?? '' }
      })
    },

    readWhole(place, { ifNot, limit, tooLarge }, signal) {
      return send(place, false, async (blob) => {
        const reply = await blob
          .download(0, undefined, { conditions: { ifNoneMatch: ifNot }, abortSignal: signal, maxRetryRequests: 0 })
          .catch((error: unknown) => {
            if (statusOf(error) === 304) return undefined
            throw error
          })
        if (!reply) return undefined
        const body = reply.readableStreamBody as Readable
        if ((reply.contentLength ?? 0) > limit) {
          body.destroy()
          throw tooLarge()
        }
        const bytes = await collect(body, limit, tooLarge)
        return { bytes, size: bytes.length, revision: reply.etag ?? '' }
      })
    },

    write(place, bytes, { ifAbsent, ifRevision }, signal) {
      return send(place, true, async (blob, name) => {
        const reply = await blob
          .upload(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length, {
            conditions: ifAbsent ? { ifNoneMatch: '*' } : { ifMatch: ifRevision },
            blobHTTPHeaders: { blobContentType: mediaType(place.key) },
            abortSignal: signal,
          })
          .catch((error: unknown) => {
            // 409 or 412, both say that somebody else was there first.
            const status = statusOf(error)
            if (ifAbsent && (status === 409 || status === 412)) {
              throw new AlreadyExistsError(`${name} is there already and may not be overwritten`)
            }
            throw ifRevision !== undefined && status === 412 ? gone(name) : error
          })
        return reply.etag ?? ''
      })
    },

    delete(place, { ifRevision }, signal) {
      return send(place, true, async (blob, name) => {
        await blob.delete({ conditions: { ifMatch: ifRevision }, abortSignal: signal }).catch((error: unknown) => {
          throw statusOf(error) === 412 ? gone(name) : error
        })
      })
    },

    close() {},
  }
}

function gone(name: string): PreconditionFailedError {
  return new PreconditionFailedError(`${name} has been changed or deleted since it was read`)
}

function statusOf(error: unknown): number | undefined {
  return (error as Partial<RestError>).statusCode
}
