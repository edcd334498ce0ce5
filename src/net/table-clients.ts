import { Agent as HttpsAgent } from 'node:https'
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { NotAllowedError } from '../errors.ts'
import type { S3Credentials } from './credentials.ts'
import { isTrue } from './flag.ts'
import type { Guard } from './guard.ts'
import { Agent as HttpAgent } from './node-http.ts'
import type { ServiceOptions } from './objects.ts'
import type { TablePlace } from './source.ts'

/** DynamoDB clients by credentials and region. The SDK is loaded with the first. */
export class TableClients {
  readonly #options: ServiceOptions & { readonly guard: Guard }
  readonly #clients = new Map<S3Credentials | undefined, Map<string, Promise<DynamoDBClient>>>()

  constructor(options: ServiceOptions & { readonly guard: Guard }) {
    this.#options = options
  }

  /** @throws NotAllowedError unless the table, or this mosaic in it, is allowed */
  for(place: TablePlace): Promise<DynamoDBClient> {
    const { AWS_REGION, AWS_DEFAULT_REGION } = this.#options.env
    const region = place.region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1'
    const table = `dynamodb://${region}/${place.table}`
    this.#check(table, `${table}:${place.mosaic}`)
    const entry = this.#options.credentials.for(table)
    const ofEntry = this.#clients.get(entry) ?? new Map<string, Promise<DynamoDBClient>>()
    this.#clients.set(entry, ofEntry)
    const client = ofEntry.get(region) ?? this.#make(entry ?? {}, region)
    ofEntry.set(region, client)
    return client
  }

  close(): void {
    for (const clients of this.#clients.values()) {
      for (const client of clients.values()) void client.then((made) => made.destroy())
    }
  }

  #check(table: string, mosaic: string): void {
    try {
      this.#options.guard.checkStore(table)
    } catch (error) {
      if (!(error instanceof NotAllowedError)) throw error
      this.#options.guard.checkStore(mosaic)
    }
  }

  async #make(entry: S3Credentials, region: string): Promise<DynamoDBClient> {
    const { DynamoDBClient: Client } = await import('@aws-sdk/client-dynamodb')
    return new Client(this.#config(entry, region))
  }

  #config(entry: S3Credentials, region: string): DynamoDBClientConfig {
    const { env, limits } = this.#options
    const { accessKeyId, secretAccessKey, sessionToken } = entry
    const agent = { keepAlive: true, maxSockets: limits.connections }
    const keys = accessKeyId !== undefined && secretAccessKey !== undefined && { accessKeyId, secretAccessKey, sessionToken }
    const anonymous = entry.anonymous ?? (!keys && entry.profile === undefined && isTrue(env.AWS_NO_SIGN_REQUEST))
    return {
      region: entry.region ?? region,
      endpoint: entry.endpoint ?? env.AWS_ENDPOINT_URL_DYNAMODB ?? env.AWS_ENDPOINT_URL,
      maxAttempts: limits.tries,
      profile: entry.profile,
      ...(keys && { credentials: keys }),
      ...(anonymous && { credentials: { accessKeyId: '', secretAccessKey: '' }, signer: { sign: async (request) => request } }),
      requestHandler: {
        connectionTimeout: limits.connectMs,
        requestTimeout: limits.headersMs,
        httpAgent: new HttpAgent(agent),
        httpsAgent: new HttpsAgent(agent),
      },
    }
  }
}
