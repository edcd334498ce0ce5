import { createHash } from 'node:crypto'
import { ChangedError, TooLargeError, UpstreamError } from '../errors.ts'
import { withoutSecrets } from './address.ts'
import { openFileSource } from './file-source.ts'
import type { HttpClient, Reply } from './http-client.ts'
import { single } from './http-errors.ts'
import type { Document, ReadOptions } from './source.ts'
import { datedRevision, unlessStill, validatorsOf } from './validators.ts'

export interface DocumentOptions extends ReadOptions {
  readonly maxBytes: number
  /** Revision that the caller has. */
  readonly ifNot?: string
  /** Name of the setting that raises maxBytes. */
  readonly setting?: string
}

const FILE_TRIES = 3

/** @param path real path, checked by the guard. @throws TooLargeError, NotFoundError, ChangedError if it is written to all the time */
export async function readFileDocument(path: string, name: string, options: DocumentOptions): Promise<Document | undefined> {
  for (let attempt = 1; ; attempt++) {
    const source = await openFileSource(path, name)
    try {
      const { size, revision } = source
      if (revision === options.ifNot) return undefined
      if (size > options.maxBytes) throw tooLarge(name, options)
      return { bytes: await source.read(0, size, options), revision }
    } catch (error) {
      if (!(error instanceof ChangedError) || attempt >= FILE_TRIES) throw error
    } finally {
      await source.close()
    }
  }
}

/** Bytes as they came: a gzip body stays packed, whether its Content-Encoding says so or not. @throws TooLargeError, UpstreamError … */
export async function readHttpDocument(
  client: HttpClient,
  href: string,
  options: DocumentOptions,
): Promise<Document | undefined> {
  const headers = options.ifNot === undefined ? {} : unlessStill(options.ifNot)
  const document = await client.get(href, { ...options, headers }, (reply) => take(reply, withoutSecrets(href), options))
  return document?.revision === options.ifNot ? undefined : document
}

async function take(reply: Reply, name: string, options: DocumentOptions): Promise<Document | undefined> {
  const { headers, status } = reply
  if (status === 304 && options.ifNot !== undefined) return undefined
  if (status !== 200) throw new UpstreamError(`${name}: the server answers ${status} to a request for the whole document`)
  const encoding = single(headers['content-encoding']) ?? 'identity'
  if (!/^(identity|(x-)?gzip)$/i.test(encoding)) {
    throw new UpstreamError(`${name}: the server answers Content-Encoding ${encoding} to a request for plain bytes`)
  }
  const length = Number(single(headers['content-length']) ?? NaN)
  const told = revisionTold(reply, length)
  if (told !== undefined && told === options.ifNot) return undefined
  if (length > options.maxBytes) throw tooLarge(name, options)
  const bytes = await reply.body(options.maxBytes, () => tooLarge(name, options))
  return { bytes, revision: told ?? revisionTold(reply, bytes.length) ?? contentHash(bytes) }
}

function revisionTold({ headers }: Reply, size: number): string | undefined {
  const validators = validatorsOf(headers, size)
  return validators.etag ?? (Number.isNaN(size) ? undefined : datedRevision(validators))
}

function contentHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

function tooLarge(name: string, { maxBytes, setting }: DocumentOptions): TooLargeError {
  return new TooLargeError(`${name} has more than ${maxBytes} bytes`, setting)
}
