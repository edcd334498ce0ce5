import { isBelow, storeParts } from './allow.ts'

/** Entries of `--credentials`, secrets filled in. Nothing of them may reach a log, an error or an answer. */
export interface S3Credentials {
  readonly endpoint?: string
  readonly region?: string
  readonly forcePathStyle?: boolean
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  /** The reader pays for what is read. */
  readonly requestPayer?: boolean
  /** Requests are not signed. */
  readonly anonymous?: boolean
  /** A profile of the AWS configuration files. */
  readonly profile?: string
}

export interface GcsCredentials {
  readonly apiEndpoint?: string
  readonly projectId?: string
  readonly anonymous?: boolean
  /** A service account's key, as a file… */
  readonly keyFilename?: string
  /** …or as its two members. */
  readonly clientEmail?: string
  readonly privateKey?: string
  /** Project that pays for what is read. */
  readonly userProject?: string
}

export interface AzureCredentials {
  readonly connectionString?: string
  readonly account?: string
  readonly accountKey?: string
  /** Shared access signature, with or without the question mark. */
  readonly sas?: string
  /** Address of the blob service; default https://ACCOUNT.blob.core.windows.net. */
  readonly endpoint?: string
  readonly anonymous?: boolean
  /** The identity of the machine, container or pod, in place of a key. */
  readonly managedIdentity?: boolean
  /** Which of its identities, if it has several. */
  readonly clientId?: string
  /** Service that gives signatures (sas), asked for ENDPOINT/ACCOUNT/CONTAINER: Planetary Computer's, or its like. */
  readonly tokenEndpoint?: string
}

export interface WebCredentials {
  readonly headers?: Readonly<Record<string, string>>
  /** As Azure's: for addresses https://ACCOUNT.blob.core.windows.net/CONTAINER/… */
  readonly tokenEndpoint?: string
}

export type CredentialEntry = { readonly prefix: string } & S3Credentials & GcsCredentials & AzureCredentials & WebCredentials

export interface Credentials {
  /** The entry with the longest prefix of an address; undefined where none matches: the environment counts. */
  for(href: string): CredentialEntry | undefined
}

interface Rule {
  readonly scheme: string
  /** '' in a prefix such as `s3://`: every bucket. */
  readonly host: string
  readonly path: string
  readonly entry: CredentialEntry
}

export const noCredentials: Credentials = { for: () => undefined }

export function createCredentials(entries: readonly CredentialEntry[]): Credentials {
  const rules = entries
    .map((entry): Rule => ({ ...partsOf(entry.prefix), entry }))
    .sort((a, b) => b.host.length - a.host.length || b.path.length - a.path.length)
  return {
    for(href) {
      const { scheme, host, path } = partsOf(href)
      const found = rules.find((rule) => rule.scheme === scheme && isHost(host, rule.host) && isBelow(path, rule.path))
      return found?.entry
    },
  }
}

/** '' is every bucket, `*.blob.core.windows.net` every account there: only what asks for a token of its own has that. */
function isHost(host: string, wanted: string): boolean {
  if (wanted.startsWith('*.')) return host.endsWith(wanted.slice(1)) && host.length >= wanted.length
  return wanted === '' || wanted === host
}

/** Of a web address the normal form, so that no way of writing another host or a way up gets the secrets of this one. */
function partsOf(href: string): { scheme: string; host: string; path: string } {
  if (!/^https?:/i.test(href)) return storeParts(href)
  const url = URL.parse(href)
  return url ? { scheme: url.protocol.slice(0, -1), host: url.host, path: url.pathname } : { scheme: '', host: '-', path: '/' }
}
