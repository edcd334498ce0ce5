import { AnonymousCredential, BlobServiceClient, type BlockBlobClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { ParameterError } from '../errors.ts'
import { azureIdentity, type TokenCredential } from './azure-identity.ts'
import type { AzureCredentials, CredentialEntry } from './credentials.ts'
import { isTrue } from './flag.ts'
import { type ObjectPlace, printObject } from './object-address.ts'
import type { ServiceOptions } from './objects.ts'

/** An account, and what opens it. */
interface Account {
  readonly endpoint: string
  readonly name: string
  readonly key?: string
  readonly sas?: string
  /** Where there is neither. */
  readonly identity?: TokenCredential
}

export interface ChosenBlob {
  readonly blob: BlockBlobClient
  /** Signature of a token service that the client was given. */
  readonly given: string | undefined
}

/** Clients by credentials and account. */
export class AzureClients {
  readonly #options: ServiceOptions
  readonly #clients = new Map<AzureCredentials | undefined, Map<string, BlobServiceClient>>()
  readonly #identities = new Map<AzureCredentials, TokenCredential>()
  #identity: TokenCredential | undefined

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  /**
   * @param writes a write is sent once: a second try cannot tell its own first one from somebody else's
   * @param refused a signature that the service did not take. @throws ParameterError, UpstreamError
   */
  async for(place: ObjectPlace, { writes, refused }: { writes: boolean; refused?: string }): Promise<ChosenBlob> {
    const entry = this.#options.credentials.for(printObject(place))
    const account = this.#accountOf(place, entry)
    const sas = await this.#given(account, place, entry, refused)
    const ofEntry = this.#clients.get(entry) ?? new Map<string, BlobServiceClient>()
    this.#clients.set(entry, ofEntry)
    const key = `${account.endpoint} ${writes} ${sas ?? ''}`
    if (sas !== undefined && !ofEntry.has(key)) ofEntry.clear()
    const client = ofEntry.get(key) ?? this.#make({ ...account, sas: account.sas ?? sas }, writes)
    ofEntry.set(key, client)
    return { blob: client.getContainerClient(place.bucket).getBlockBlobClient(place.key), given: sas }
  }

  /** A signature from the entry's token service. */
  async #given(
    { endpoint }: Account,
    { bucket, key }: ObjectPlace,
    entry: CredentialEntry | undefined,
    refused: string | undefined,
  ): Promise<string | undefined> {
    if (entry?.tokenEndpoint === undefined) return undefined
    const url = new URL(`${endpoint}/${bucket}/${encodeURIComponent(key)}`)
    return this.#options.tokens?.queryFor(url, entry, refused)
  }

  #accountOf(place: ObjectPlace, entry: CredentialEntry | undefined): Account {
    const { env } = this.#options
    if (!entry) {
      const found = fromEnvironment(env)
      const account = accountOf(place, found, false)
      return opens(account) || found.anonymous ? account : this.#withIdentity(account, (this.#identity ??= azureIdentity(env)))
    }
    const account = accountOf(
      place,
      entry,
      place.host !== undefined && entry.prefix.toLowerCase().startsWith(`az://${place.host}`),
    )
    if (!entry.managedIdentity || opens(account)) return account
    const identity = this.#identities.get(entry) ?? azureIdentity(env, { managedIdentity: true, clientId: entry.clientId })
    if (identity) this.#identities.set(entry, identity)
    return this.#withIdentity(account, identity)
  }

  /** Its tokens open every account of Microsoft's that lets it in, and go nowhere else. */
  #withIdentity(account: Account, identity: TokenCredential | undefined): Account {
    return MICROSOFT.test(new URL(account.endpoint).origin) ? { ...account, identity } : account
  }

  #make({ endpoint, name, key, sas, identity }: Account, writes: boolean): BlobServiceClient {
    const { tries, headersMs } = this.#options.limits
    const credential = key === undefined ? (identity ?? new AnonymousCredential()) : new StorageSharedKeyCredential(name, key)
    const address = sas === undefined ? endpoint : `${endpoint}?${sas.replace(/^\?/, '')}`
    return new BlobServiceClient(address, credential, {
      retryOptions: { maxTries: writes ? 1 : tries, tryTimeoutInMs: headersMs, retryDelayInMs: 100, maxRetryDelayInMs: 2000 },
    })
  }
}

const MICROSOFT =
  /^https:\/\/[a-z0-9-]+\.(?:[a-z0-9]+\.)?blob\.(?:core\.windows\.net|core\.chinacloudapi\.cn|core\.usgovcloudapi\.net|storage\.azure\.net)$/

function opens({ key, sas }: Account): boolean {
  return key !== undefined || sas !== undefined
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
