import { AnonymousCredential, BlobServiceClient, type BlockBlobClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { ParameterError } from '../errors.ts'
import type { AzureCredentials } from './credentials.ts'
import { isTrue } from './flag.ts'
import { type ObjectPlace, printObject } from './object-address.ts'
import type { ServiceOptions } from './objects.ts'

/** An account, and what opens it. */
interface Account {
  readonly endpoint: string
  readonly name: string
  readonly key?: string
  readonly sas?: string
}

/** Clients by credentials and account. */
export class AzureClients {
  readonly #options: ServiceOptions
  readonly #clients = new Map<AzureCredentials | undefined, Map<string, BlobServiceClient>>()

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  /** @param writes a write is sent once: a second try cannot tell its own first one from somebody else's */
  for(place: ObjectPlace, { writes }: { writes: boolean }): BlockBlobClient {
    const entry = this.#options.credentials.for(printObject(place))
    const ofEntry = this.#clients.get(entry) ?? new Map<string, BlobServiceClient>()
    this.#clients.set(entry, ofEntry)
    const key = `${place.host ?? ''} ${writes}`
    const client = ofEntry.get(key) ?? this.#make(this.#accountOf(place), writes)
    ofEntry.set(key, client)
    return client.getContainerClient(place.bucket).getBlockBlobClient(place.key)
  }

  #accountOf(place: ObjectPlace): Account {
    const entry = this.#options.credentials.for(printObject(place))
    if (!entry) return accountOf(place, fromEnvironment(this.#options.env), false)
    return accountOf(place, entry, place.host !== undefined && entry.prefix.toLowerCase().startsWith(`az://${place.host}`))
  }

  #make({ endpoint, name, key, sas }: Account, writes: boolean): BlobServiceClient {
    const { tries, headersMs } = this.#options.limits
    const credential = key === undefined ? new AnonymousCredential() : new StorageSharedKeyCredential(name, key)
    const address = sas === undefined ? endpoint : `${endpoint}?${sas.replace(/^\?/, '')}`
    return new BlobServiceClient(address, credential, {
      retryOptions: { maxTries: writes ? 1 : tries, tryTimeoutInMs: headersMs, retryDelayInMs: 100, maxRetryDelayInMs: 2000 },
    })
  }
}

function fromEnvironment(env: ServiceOptions['env']): AzureCredentials {
  if (isTrue(env.AZURE_NO_SIGN_REQUEST)) return { account: env.AZURE_STORAGE_ACCOUNT, anonymous: true }
  return {
    connectionString: env.AZURE_STORAGE_CONNECTION_STRING,
    account: env.AZURE_STORAGE_ACCOUNT,
    accountKey: env.AZURE_STORAGE_KEY ?? env.AZURE_STORAGE_ACCESS_KEY,
    sas: env.AZURE_STORAGE_SAS_TOKEN,
  }
}

/**
 * A connection string counts before its parts. What belongs to one account is not sent to another: there the request is anonymous.
 * @param isOfHost the credentials were given for this very host, so that they need not name the account
 */
function accountOf({ host }: ObjectPlace, credentials: AzureCredentials, isOfHost: boolean): Account {
  const parts = partsOf(credentials.connectionString)
  const name =
    parts.get('accountname') ?? credentials.account ?? nameFrom(parts.get('blobendpoint') ?? credentials.endpoint) ?? ''
  const secrets = credentials.anonymous
    ? {}
    : { key: parts.get('accountkey') ?? credentials.accountKey, sas: parts.get('sharedaccesssignature') ?? credentials.sas }
  const suffix = parts.get('endpointsuffix') ?? 'core.windows.net'
  const protocol = parts.get('defaultendpointsprotocol') ?? 'https'
  const given = parts.get('blobendpoint') ?? credentials.endpoint
  const own = given ?? (name === '' ? undefined : `${protocol}://${name}.blob.${suffix}`)
  if (host !== undefined) {
    if (own !== undefined && URL.parse(own)?.host.toLowerCase() === host) return { endpoint: own, name, ...secrets }
    return { endpoint: `https://${host}`, name: host.split('.')[0], ...(isOfHost && own === undefined && secrets) }
  }
  if (own === undefined) {
    throw new ParameterError(
      'url',
      'url: az://container/key needs an account: az://ACCOUNT.blob.core.windows.net/container/key, or credentials that name one',
    )
  }
  return { endpoint: own.replace(/\/$/, ''), name, ...secrets }
}

/** `AccountName=x;AccountKey=y;…`; a value may hold `=`. */
function partsOf(connectionString = ''): ReadonlyMap<string, string> {
  const isEmulator = /UseDevelopmentStorage=true/i.test(connectionString)
  const text = isEmulator ? EMULATOR : connectionString
  return new Map(
    text
      .split(';')
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')).trim().toLowerCase(), part.slice(part.indexOf('=') + 1).trim()]),
  )
}

/** The published address and key of the emulator, the same on every machine. */
const EMULATOR =
  'AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1'

function nameFrom(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : URL.parse(endpoint)?.hostname.split('.')[0]
}
