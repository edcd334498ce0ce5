import { readFileSync } from 'node:fs'
import { Storage, type StorageOptions } from '@google-cloud/storage'
import { ExternalAccountClient, type ExternalAccountClientOptions, JWT } from 'google-auth-library'
import { UpstreamUnauthorizedError } from '../errors.ts'
import type { GcsCredentials } from './credentials.ts'
import { isTrue } from './flag.ts'
import { type ObjectPlace, printObject } from './object-address.ts'
import type { ServiceOptions } from './objects.ts'

interface Chosen {
  readonly storage: Storage
  /** Project that pays for what is read. */
  readonly userProject?: string
}

/** Seconds. The call itself has a limit of its own. */
const RETRY_SECONDS = 10
/** The slash makes it another address than the SDK's own, and at those it asks for no credentials unless it is told to. */
const PUBLIC_ENDPOINT = 'https://storage.googleapis.com/'

/** Clients by credentials. */
export class GcsClients {
  readonly #options: ServiceOptions
  readonly #clients = new Map<GcsCredentials | undefined, Map<boolean, Storage>>()

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  /** @param writes a write is sent once: a second try cannot tell its own first one from somebody else's */
  async for(place: ObjectPlace, { writes }: { writes: boolean }): Promise<Chosen> {
    const entry = this.#options.credentials.for(printObject(place))
    const ofEntry = this.#clients.get(entry) ?? new Map<boolean, Storage>()
    this.#clients.set(entry, ofEntry)
    const storage = ofEntry.get(writes) ?? this.#make(entry ?? {}, writes)
    ofEntry.set(writes, storage)
    return { storage, userProject: entry?.userProject }
  }

  #make(entry: GcsCredentials, writes: boolean): Storage {
    const { env, limits } = this.#options
    const { clientEmail, keyFilename, projectId } = entry
    const ownKey = keyFilename !== undefined || clientEmail !== undefined
    const anonymous = entry.anonymous ?? (!ownKey && isTrue(env.GS_NO_SIGN_REQUEST))
    const apiEndpoint = entry.apiEndpoint ?? emulator(env.STORAGE_EMULATOR_HOST)
    const storage = new Storage({
      apiEndpoint: apiEndpoint ?? (anonymous ? PUBLIC_ENDPOINT : undefined),
      // An emulator takes no credentials; an endpoint does that an entry with a key names, or one that says so.
      useAuthWithCustomEndpoint: (ownKey || entry.anonymous === false) && !anonymous,
      projectId,
      ...(ownKey && !anonymous && authOf(entry)),
      timeout: limits.headersMs,
      retryOptions: { autoRetry: !writes, maxRetries: limits.tries - 1, totalTimeout: RETRY_SECONDS, maxRetryDelay: 2 },
    })
    // With STORAGE_EMULATOR_HOST set the SDK leaves its API's path out of its addresses.
    storage.baseUrl = `${storage.apiEndpoint}/storage/v1`
    return storage
  }
}

/** `STORAGE_EMULATOR_HOST` with or without http://. */
function emulator(host: string | undefined): string | undefined {
  if (host === undefined || host === '') return undefined
  return /^https?:\/\//i.test(host) ? host : `http://${host}`
}

const SCOPES = ['https://www.googleapis.com/auth/devstorage.read_write']

/** A service account's key, or the description of an identity elsewhere. Other kinds of files are the SDK's to read. */
function authOf({ keyFilename, clientEmail, privateKey }: GcsCredentials): Pick<StorageOptions, 'authClient' | 'keyFilename'> {
  if (keyFilename === undefined) return { authClient: new JWT({ email: clientEmail, key: privateKey, scopes: SCOPES }) }
  const file = keyFile(keyFilename)
  const { type, client_email: email, private_key: key } = file
  if (type === 'service_account') return { authClient: new JWT({ email, key, scopes: SCOPES }) }
  const external = type === 'external_account' && ExternalAccountClient.fromJSON(file as unknown as ExternalAccountClientOptions)
  if (!external) return { keyFilename }
  external.scopes = SCOPES
  return { authClient: external }
}

/** @throws UpstreamUnauthorizedError without a word of what is in it */
function keyFile(path: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>
  } catch {
    throw new UpstreamUnauthorizedError('the keyFilename of these credentials cannot be read')
  }
}
