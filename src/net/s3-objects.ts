import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3'
import {
  AlreadyExistsError,
  ChangedError,
  NotFoundError,
  PreconditionFailedError,
  UpstreamError,
  UpstreamUnauthorizedError,
} from '../errors.ts'
import { mediaType } from './media-type.ts'
import { type ObjectPlace, printObject } from './object-address.ts'
import type { ObjectPart, ObjectService, ServiceOptions } from './objects.ts'
import { collect, objectError, totalOf } from './objects.ts'
import { S3Clients } from './s3-clients.ts'

export function createS3Objects(options: ServiceOptions): ObjectService {
  const clients = new S3Clients(options)

  /** Sends with the client of the bucket's region, which the service may have to tell first. */
  async function send<T>(place: ObjectPlace, work: (client: S3Client, payer: Payer) => Promise<T>, writes = false): Promise<T> {
    try {
      const { client, payer } = await clients.for(place, { writes })
      try {
        return await work(client, payer)
      } catch (error) {
        if (!(await clients.learnRegion(place, client, error))) throw error
        const again = await clients.for(place, { writes })
        return await work(again.client, again.payer)
      }
    } catch (error) {
      throw s3Error(printObject(place), error)
    }
  }

  return {
    readRange(place, { offset, end, revision }, signal) {
      return send(place, async (client, payer): Promise<ObjectPart | undefined> => {
        const reply = await client
          .send(new GetObjectCommand({ ...at(place), ...payer, Range: `bytes=${offset}-${end - 1}`, IfMatch: revision }), {
            abortSignal: signal,
          })
          .catch((error: unknown) => {
            if (statusOf(error) === 416) return undefined
            throw statusOf(error) === 412 ? changed(place) : error
          })
        if (!reply) return undefined
        const size = totalOf(reply.ContentRange)
        if (size === undefined) throw new UpstreamError(`${printObject(place)}: the service sent no range`)
        const bytes = await collect(bodyOf(reply.Body), end - offset, () => tooMuch(place))
        return { bytes, size, revision: reply.ETag ?? '' }
      })
    },

    readWhole(place, { ifNot, limit, tooLarge }, signal) {
      return send(place, async (client, payer): Promise<ObjectPart | undefined> => {
        const reply = await client
          .send(new GetObjectCommand({ ...at(place), ...payer, IfNoneMatch: ifNot }), { abortSignal: signal })
          .catch((error: unknown) => {
            if (statusOf(error) === 304) return undefined
            throw error
          })
        if (!reply) return undefined
        // A body that is left is destroyed, else its connection is never free again.
        const body = bodyOf(reply.Body)
        if ((reply.ContentLength ?? 0) > limit) {
          destroy(body)
          throw tooLarge()
        }
        const bytes = await collect(body, limit, tooLarge)
        return { bytes, size: bytes.length, revision: reply.ETag ?? '' }
      })
    },

    write(place, bytes, { ifAbsent, ifRevision }, signal) {
      return send(
        place,
        async (client, payer) => {
          const condition = ifAbsent ? { IfNoneMatch: '*' } : { IfMatch: ifRevision }
          const command = new PutObjectCommand({
            ...at(place),
            ...payer,
            ...condition,
            Body: bytes,
            ContentType: mediaType(place.key),
          })
          const reply = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
            throw writeError(place, error, { ifAbsent, ifRevision })
          })
          return reply.ETag ?? ''
        },
        true,
      )
    },

    delete(place, { ifRevision }, signal) {
      return send(
        place,
        async (client, payer) => {
          // A delete of what is not there is a success for the service, but not for whoever asks.
          await client.send(new HeadObjectCommand({ ...at(place), ...payer }), { abortSignal: signal })
          await client
            .send(new DeleteObjectCommand({ ...at(place), ...payer, IfMatch: ifRevision }), { abortSignal: signal })
            .catch((error: unknown) => {
              throw writeError(place, error, { ifRevision })
            })
        },
        true,
      )
    },

    close: () => clients.close(),
  }
}

type Payer = { readonly RequestPayer?: 'requester' }

function at({ bucket, key }: ObjectPlace): { Bucket: string; Key: string } {
  return { Bucket: bucket, Key: key }
}

function bodyOf(body: unknown): AsyncIterable<Uint8Array> {
  return body as AsyncIterable<Uint8Array>
}

function destroy(body: unknown): void {
  ;(body as { destroy?: () => void }).destroy?.()
}

function changed(place: ObjectPlace): ChangedError {
  return new ChangedError(`${printObject(place)} changed while it was being read`)
}

function tooMuch(place: ObjectPlace): UpstreamError {
  return new UpstreamError(`${printObject(place)}: the service sent more than was asked for`)
}

/** HEAD and 304 have no code, so the status decides. */
function statusOf(error: unknown): number | undefined {
  return (error as Partial<S3ServiceException>).$metadata?.httpStatusCode
}

/** 412, and 409 where another write was under way, both say that somebody else was there first. */
function writeError(place: ObjectPlace, error: unknown, condition: { ifAbsent?: boolean; ifRevision?: string }): unknown {
  const status = statusOf(error)
  const name = printObject(place)
  if (status !== 412 && status !== 409) {
    if (status === 404 && condition.ifRevision !== undefined && (error as Error).name === 'NoSuchKey') return gone(name)
    return error
  }
  if (condition.ifAbsent) return new AlreadyExistsError(`${name} is there already and may not be overwritten`)
  return condition.ifRevision === undefined ? error : gone(name)
}

function gone(name: string): PreconditionFailedError {
  return new PreconditionFailedError(`${name} has been changed or deleted since it was read`)
}

const ABSENT = new Set(['NoSuchKey', 'NoSuchBucket', 'NotFound', 'Unknown', 'UnknownError'])

function s3Error(name: string, error: unknown): unknown {
  const kind = (error as Error).name
  if (kind === 'AbortError') return error
  if (kind === 'CredentialsProviderError' || kind === 'TokenProviderError') {
    return new UpstreamUnauthorizedError(
      `${name}: there are no credentials for it (AWS_NO_SIGN_REQUEST=YES reads public buckets)`,
    )
  }
  const status = statusOf(error)
  if (status === 404) {
    // Some services say 404 of the user, not of the object.
    return ABSENT.has(kind) ? new NotFoundError(`${name} was not found`) : objectError(name, 403, error)
  }
  if (status === 400 && /^(InvalidAccessKeyId|InvalidToken|ExpiredToken|AuthorizationHeaderMalformed)$/.test(kind)) {
    return objectError(name, 403, error)
  }
  return objectError(name, status, error)
}
