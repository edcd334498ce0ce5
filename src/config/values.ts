import { BlockList, isIP } from 'node:net'

/** How one kind of value is read from text. `T` is what the program sees. */
export interface Kind<T> {
  /** Placeholder in `--help`: `--port NUMBER`. */
  readonly placeholder: string
  /** May be given several times; in the environment separated by commas. */
  readonly list?: boolean
  /** @throws Error whose message completes "--flag: …". */
  parse(text: string): T
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** Bytes: a plain number, or with a unit (`256MiB`, `1GB`). */
export const bytes: Kind<number> = {
  placeholder: 'BYTES',
  parse(text) {
    const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
    const factor = UNITS[(unit ?? '').toLowerCase()]
    if (digits == null || factor == null) throw new Error(`"${text}" is not a size such as 256MiB, 1GB or 1048576`)
    return Math.round(Number(digits) * factor)
  },
}

/** A whole number within `min` and `max`, both included. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER, placeholder = 'NUMBER'): Kind<number> {
  return {
    placeholder,
    parse(text) {
      const value = Number(text)
      if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
        throw new Error(
          `"${text}" is not a whole number ${max < Number.MAX_SAFE_INTEGER ? `from ${min} to ${max}` : `of at least ${min}`}`,
        )
      }
      return value
    },
  }
}

export const seconds: Kind<number> = integer(0, 31_536_000, 'SECONDS')

export const text: Kind<string> = {
  placeholder: 'TEXT',
  parse(value) {
    if (value.trim() === '') throw new Error('is empty')
    return value.trim()
  },
}

/** Keys of at least so many characters; messages never repeat them. */
export function keys(least: number): Kind<readonly string[]> {
  return {
    placeholder: 'KEY',
    list: true,
    parse(value) {
      const key = value.trim()
      if (key.length < least) throw new Error(`a key needs at least ${least} characters`)
      if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(key)) throw new Error('a key has visible ASCII characters only, and no comma')
      return [key]
    },
  }
}

/** What browsers send as `Origin`, or `*`. */
export const origins: Kind<readonly string[]> = {
  placeholder: 'ORIGIN',
  list: true,
  parse(value) {
    const origin = value.trim()
    if (origin === '*' || origin === 'null') return [origin]
    // Browsers send it in lower case and without a slash at the end; written otherwise it would never be met.
    const parsed = /^[a-z][a-z\d+.-]*:\/\/[^/?#@]+$/i.test(origin) ? URL.parse(origin) : null
    if (!parsed) throw new Error(`"${value}" is not an origin such as https://maps.example.com, or *`)
    return [parsed.origin === 'null' ? origin : parsed.origin]
  },
}

/** The `iss` of tokens: kept to the letter. */
export const issuer: Kind<string> = {
  placeholder: 'URL',
  parse(value) {
    const url = URL.parse(value.trim())
    const isPlain = url && !url.username && !url.password && !url.search && !url.hash
    if (!isPlain || !/^https?:$/.test(url.protocol))
      throw new Error('is not an address such as https://login.example.com/, without user name, query or fragment')
    return value.trim()
  },
}

/** Each use of the flag adds one value; in the environment commas separate. */
export function list(placeholder: string): Kind<readonly string[]> {
  return { placeholder, list: true, parse: (value) => [text.parse(value)] }
}

export function oneOf<const Values extends readonly string[]>(values: Values): Kind<Values[number]> {
  return {
    placeholder: values.join('|'),
    parse(value) {
      if (!values.includes(value)) throw new Error(`"${value}" is not one of ${values.join(', ')}`)
      return value
    },
  }
}

/** A path in front of all routes: starts with a slash, does not end with one; '' is none. */
export const pathPrefix: Kind<string> = {
  placeholder: 'PATH',
  parse(value) {
    const path = value.trim().replace(/\/+$/, '')
    if (path !== '' && !/^(\/[\w.~-]+)+$/.test(path)) throw new Error(`"${value}" is not a path such as /tiles`)
    return path
  },
}

const NAMED_PROXIES: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  all: ['0.0.0.0/0', '::/0'],
}

/** Proxies by address, network (CIDR) or name (loopback, private, all). */
export const proxies: Kind<readonly string[]> = {
  placeholder: 'ADDRESS',
  list: true,
  parse(value) {
    networkOf(value.trim())
    return [value.trim()]
  },
}

function networkOf(entry: string): readonly (readonly [address: string, bits: number, family: 'ipv4' | 'ipv6'])[] {
  return (NAMED_PROXIES[entry] ?? [entry]).map((network) => {
    const [address = '', bits] = network.split('/')
    const version = isIP(address)
    const widest = version === 4 ? 32 : 128
    const width = bits == null ? widest : Number(bits)
    if (version === 0 || !Number.isInteger(width) || width < 0 || width > widest) {
      throw new Error(`"${entry}" is not an address, a network such as 10.0.0.0/8, loopback, private or all`)
    }
    return [address, width, version === 4 ? 'ipv4' : 'ipv6'] as const
  })
}

/** Whether a peer's forwarding headers count. */
export function proxyCheck(entries: readonly string[]): (address: string | undefined) => boolean {
  const trusted = new BlockList()
  for (const [address, bits, family] of entries.flatMap(networkOf)) trusted.addSubnet(address, bits, family)
  return (address) => {
    if (address == null) return false
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    return trusted.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
  }
}
