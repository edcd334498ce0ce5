import { ParameterError } from '../errors.ts'

export const OBJECT_SCHEMES = ['s3', 'gs', 'az'] as const
export type ObjectScheme = (typeof OBJECT_SCHEMES)[number]

/** An object of a bucket service. The key is plain text: `?`, `#`, `%` and spaces are letters of it. */
export interface ObjectPlace {
  readonly scheme: ObjectScheme
  /** Host of the account in `az://account.blob.core.windows.net/container/key`; without it the credentials say which account. */
  readonly host?: string
  /** Of Azure: the container. */
  readonly bucket: string
  readonly key: string
}

const VSI: Readonly<Record<string, string>> = { vsis3: 's3://', vsigs: 'gs://', vsiaz: 'az://', vsicurl: '' }
const BUCKET: Readonly<Record<ObjectScheme, RegExp>> = {
  s3: /^[a-z0-9][a-z0-9._-]{1,254}$/i,
  gs: /^[a-z0-9][a-z0-9._-]{1,221}$/,
  az: /^([a-z0-9](?:-?[a-z0-9]){2,62}|\$root|\$web)$/,
}
const LONGEST_KEY = 1024

/** GDAL's names as addresses: `/vsis3/bucket/key` is `s3://bucket/key`, `/vsicurl/https://…` the URL. All else as it is. */
export function withoutVsi(href: string): string {
  const [, name = '', rest = ''] = /^\/(vsi[a-z0-9]+)\/(.*)$/s.exec(href) ?? []
  const prefix = VSI[name]
  return prefix === undefined || (prefix === '' && !/^https?:\/\//i.test(rest)) ? href : prefix + rest
}

export function isObjectScheme(scheme: string | undefined): scheme is ObjectScheme {
  return (OBJECT_SCHEMES as readonly (string | undefined)[]).includes(scheme)
}

/** Also of GDAL's names. @throws ParameterError for an address that names no object */
export function parseObject(href: string): ObjectPlace {
  const [, scheme = '', root = '', path = ''] = /^([a-z0-9]+):\/\/([^/]*)\/?(.*)$/is.exec(withoutVsi(href)) ?? []
  const kind = scheme.toLowerCase()
  if (!isObjectScheme(kind)) throw wrong(`${href.slice(0, 80)} is not an address of an object`)
  if (kind === 'az' && root.includes('.')) return azureByHost(root, path)
  return checked({ scheme: kind, bucket: root, key: path })
}

/** The account's whole host, as cogeo-mosaic writes it: `az://account.blob.core.windows.net/container/key`. */
function azureByHost(host: string, path: string): ObjectPlace {
  if (!/^[a-z0-9.-]+(:\d+)?$/i.test(host)) throw wrong(`az://: ${host} is not a host`)
  const slash = path.indexOf('/')
  if (slash === -1) throw wrong(`az://${host}/ needs a container and a key`)
  return checked({ scheme: 'az', host: host.toLowerCase(), bucket: path.slice(0, slash), key: path.slice(slash + 1) })
}

function checked(place: ObjectPlace): ObjectPlace {
  const { scheme, bucket, key } = place
  const what = scheme === 'az' ? 'container' : 'bucket'
  if (!BUCKET[scheme].test(bucket)) throw wrong(`${scheme}://: "${bucket.slice(0, 80)}" is not the name of a ${what}`)
  if (key === '') throw wrong(`${scheme}://${bucket}: a key is needed behind the ${what}`)
  // It would be a letter of the key, and stand in every message.
  if (scheme === 'az' && /\?(.*&)?sig=/i.test(key))
    throw wrong('az://: a signature (sas) is no part of an address, but of the credentials')
  if (/\p{Cc}/u.test(key)) throw wrong(`${scheme}://${bucket}: the key has control characters`)
  if (Buffer.byteLength(key) > LONGEST_KEY) throw wrong(`${scheme}://${bucket}: the key has more than ${LONGEST_KEY} bytes`)
  return place
}

export function printObject({ scheme, host, bucket, key }: ObjectPlace): string {
  return `${scheme}://${host === undefined ? '' : `${host}/`}${bucket}/${key}`
}

function wrong(message: string): ParameterError {
  return new ParameterError('url', `url: ${message}`)
}
