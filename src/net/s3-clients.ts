import { Agent as HttpsAgent } from 'node:https'
import { S3Client, type S3ClientConfig, type S3ServiceException } from '@aws-sdk/client-s3'
import type { S3Credentials } from './credentials.ts'
import { isTrue } from './flag.ts'
import { Agent as HttpAgent } from './node-http.ts'
import { type ObjectPlace, printObject } from './object-address.ts'
import type { ServiceOptions } from './objects.ts'

interface Chosen {
  readonly client: S3Client
  readonly payer: { readonly RequestPayer?: 'requester' }
}

/** Clients by credentials and region: each has its own connections and its own look-up of keys. */
export class S3Clients {
  readonly #options: ServiceOptions
  readonly #clients = new Map<S3Credentials | undefined, Map<string, S3Client>>()
  /** Regions that the service has told, by bucket. */
  readonly #regions = new Map<string, string>()
  #defaultRegion: Promise<string> | undefined

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  /** @param writes a write is sent once: a second try cannot tell its own first one from somebody else's */
  async for(place: ObjectPlace, { writes }: { writes: boolean }): Promise<Chosen> {
    const entry = this.#options.credentials.for(printObject(place))
    const region = this.#regions.get(place.bucket) ?? entry?.region ?? (await this.#regionOf(entry))
    const ofEntry = this.#clients.get(entry) ?? new Map<string, S3Client>()
    this.#clients.set(entry, ofEntry)
    const key = `${region} ${writes}`
    const client = ofEntry.get(key) ?? new S3Client(this.#config(entry ?? {}, region, writes ? 1 : this.#options.limits.tries))
    ofEntry.set(key, client)
    const pays = entry?.requestPayer ?? this.#options.env.AWS_REQUEST_PAYER?.toLowerCase() === 'requester'
    return { client, payer: pays ? { RequestPayer: 'requester' } : {} }
  }

  /** The bucket lies in another region than the request was signed for, and the service says in which. */
  async learnRegion({ bucket }: ObjectPlace, client: S3Client, error: unknown): Promise<boolean> {
    const { $response, Region } = error as Partial<S3ServiceException> & { Region?: string }
    const told = $response?.headers['x-amz-bucket-region'] ?? Region
    if (told === undefined || !/^[a-z0-9-]{1,40}$/.test(told) || told === (await client.config.region())) return false
    this.#regions.set(bucket, told)
    return true
  }

  close(): void {
    for (const clients of this.#clients.values()) for (const client of clients.values()) client.destroy()
  }

  async #regionOf(entry: S3Credentials | undefined): Promise<string> {
    const { AWS_REGION, AWS_DEFAULT_REGION } = this.#options.env
    if (entry?.profile !== undefined) return askRegion(entry.profile)
    this.#defaultRegion ??= Promise.resolve(AWS_REGION ?? AWS_DEFAULT_REGION ?? askRegion())
    return this.#defaultRegion
  }

  #config(entry: S3Credentials, region: string, maxAttempts: number): S3ClientConfig {
    const { env, limits } = this.#options
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_VIRTUAL_HOSTING, AWS_NO_SIGN_REQUEST } = env
    const endpoint = entry.endpoint ?? AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL
    const agent = { keepAlive: true, maxSockets: limits.connections }
    const keys = keysOf(entry)
    // An entry with keys of its own is signed, whatever the environment says of other buckets.
    const anonymous = entry.anonymous ?? (!keys && entry.profile === undefined && isTrue(AWS_NO_SIGN_REQUEST))
    return {
      region,
      maxAttempts,
      endpoint,
      // Servers that are not Amazon's seldom have a name for each bucket.
      forcePathStyle: entry.forcePathStyle ?? (endpoint !== undefined && !isTrue(AWS_VIRTUAL_HOSTING)),
      profile: entry.profile,
      credentials: anonymous ? { accessKeyId: '', secretAccessKey: '' } : keys,
      ...(anonymous && { signer: { sign: async (request) => request } }),
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: limits.connectMs,
        requestTimeout: limits.headersMs,
        httpAgent: new HttpAgent(agent),
        httpsAgent: new HttpsAgent(agent),
      },
    }
  }
}

function keysOf({ accessKeyId, secretAccessKey, sessionToken }: S3Credentials): S3ClientConfig['credentials'] {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey, sessionToken }
}

/** Region of a profile; buckets elsewhere are found by what the service answers. */
async function askRegion(profile?: string): Promise<string> {
  const client = new S3Client({ profile })
  try {
    return await client.config.region()
  } catch {
    return 'us-east-1'
  } finally {
    client.destroy()
  }
}
