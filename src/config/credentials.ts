import { readFileSync } from 'node:fs'
import { closest } from 'fastest-levenshtein'
import type { CredentialEntry } from '../net/credentials.ts'

type Check = 'text' | 'switch' | 'headers'

const AWS: Readonly<Record<string, Check>> = {
  endpoint: 'text',
  region: 'text',
  forcePathStyle: 'switch',
  accessKeyId: 'text',
  secretAccessKey: 'text',
  sessionToken: 'text',
  requestPayer: 'switch',
  anonymous: 'switch',
  profile: 'text',
}
/** Members of an entry beside `prefix`, by the scheme of that. */
const MEMBERS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  s3: AWS,
  dynamodb: AWS,
  gs: {
    apiEndpoint: 'text',
    projectId: 'text',
    anonymous: 'switch',
    keyFilename: 'text',
    clientEmail: 'text',
    privateKey: 'text',
    userProject: 'text',
  },
  az: {
    connectionString: 'text',
    account: 'text',
    accountKey: 'text',
    sas: 'text',
    endpoint: 'text',
    anonymous: 'switch',
    managedIdentity: 'switch',
    clientId: 'text',
    tokenEndpoint: 'text',
  },
  http: { headers: 'headers', tokenEndpoint: 'text' },
  https: { headers: 'headers', tokenEndpoint: 'text' },
}

/**
 * The entries of a credentials file, with `{ "env": "NAME" }` filled in.
 * @throws Error whose message says which entry and member is wrong, and never what it holds
 */
export function readCredentials(
  path: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): readonly CredentialEntry[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`, { cause: error })
  }
  let entries: unknown
  try {
    entries = JSON.parse(text)
  } catch {
    // JSON.parse quotes the text around the fault, which may be a secret.
    throw new Error(`${path} is not JSON`)
  }
  if (!Array.isArray(entries)) throw new Error(`${path} is not a JSON array of entries`)
  return entries.map((entry: unknown, i) => readEntry(entry, `${path}: entry ${i + 1}`, env))
}

function readEntry(entry: unknown, where: string, env: Readonly<Record<string, string | undefined>>): CredentialEntry {
  if (!isObject(entry)) throw new Error(`${where} is not an object`)
  const { prefix, ...given } = entry
  const scheme = typeof prefix === 'string' ? /^([a-z0-9]+):\/\//i.exec(prefix)?.[1].toLowerCase() : undefined
  const known = MEMBERS[scheme ?? '']
  if (typeof prefix !== 'string' || !known) {
    throw new Error(`${where}: prefix must be an address that begins with ${Object.keys(MEMBERS).join('://, ')}://`)
  }
  if (known.headers && !URL.parse(prefix)?.hostname) throw new Error(`${where}: prefix must name a host`)
  const read: Record<string, unknown> = { prefix }
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(known, name) ? known[name] : undefined
    if (!check) throw new Error(`${where}: ${name} is not known; did you mean ${closest(name, Object.keys(known))}?`)
    read[name] =
      check === 'headers' ? headersOf(value, `${where}: ${name}`, env) : valueOf(value, check, `${where}: ${name}`, env)
  }
  if ((read.accessKeyId === undefined) !== (read.secretAccessKey === undefined)) {
    throw new Error(`${where}: accessKeyId and secretAccessKey belong together`)
  }
  const { tokenEndpoint, headers } = read as { tokenEndpoint?: string; headers?: object }
  if (tokenEndpoint !== undefined && !/^https?:$/.test(URL.parse(tokenEndpoint)?.protocol ?? '')) {
    throw new Error(`${where}: tokenEndpoint must be an address that begins with https://`)
  }
  // A host with a star is many servers: each gets a token of its own, and no header that is meant for one.
  if (prefix.includes('://*.') && (tokenEndpoint === undefined || headers !== undefined)) {
    throw new Error(`${where}: only a prefix with a tokenEndpoint, and without headers, may have a star for its host`)
  }
  return read as unknown as CredentialEntry
}

function valueOf(
  value: unknown,
  check: Check,
  where: string,
  env: Readonly<Record<string, string | undefined>>,
): string | boolean {
  const filled = isObject(value) ? fromEnvironment(value, where, env) : value
  if (check === 'switch') {
    if (filled === true || filled === 'true') return true
    if (filled === false || filled === 'false') return false
    throw new Error(`${where} must be true or false`)
  }
  if (typeof filled !== 'string' || filled === '') throw new Error(`${where} must be a text that is not empty`)
  return filled
}

function fromEnvironment(
  value: Readonly<Record<string, unknown>>,
  where: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const { env: name, ...rest } = value
  if (typeof name !== 'string' || Object.keys(rest).length > 0) {
    throw new Error(`${where} must be a value or { "env": "NAME" }`)
  }
  const found = env[name]
  if (found === undefined || found === '') throw new Error(`${where}: the environment variable ${name} is not set`)
  return found
}

function headersOf(value: unknown, where: string, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  if (!isObject(value)) throw new Error(`${where} must be an object of header names and values`)
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const text = valueOf(given, 'text', `${where}.${name}`, env) as string
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e]/.test(text)) throw new Error(`${where}.${name} is not a header`)
      return [name.toLowerCase(), text]
    }),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
