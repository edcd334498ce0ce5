import { lookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { resolve } from 'node:path'
import { NotAllowedError, ParameterError } from '../errors.ts'
import { withoutSecrets } from './address.ts'
import { type AllowRule, climbs, isBelow, parseAllow, storeParts } from './allow.ts'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'
import { Roots } from './roots.ts'

/** Decides what may be fetched: mosaics, assets, redirect targets and links alike. */
export interface Guard {
  /** Real path of a regular file below an allowed folder. @throws NotAllowedError, NotFoundError */
  resolveFile(path: string): Promise<string>
  /** The same of a file that is to be written: it may be absent, if its folder is there. */
  resolveTarget(path: string): Promise<string>
  /** The same of a database, for which `sqlite:///folder/` counts too. With `create` it may be absent, if its folder is there. */
  resolveDatabase(path: string, options?: { readonly create?: boolean }): Promise<string>
  /**
   * The http(s) URL, normalised: use this object and not the text. For a search `stac+https://…` counts too.
   * @throws NotAllowedError; ParameterError if it is no URL
   */
  checkUrl(href: string | URL, purpose?: 'search'): URL
  /** An address of a bucket, table or the like. @throws NotAllowedError */
  checkStore(href: string): void
  /** Resolves names for connections to this origin, and hands out allowed addresses only: what is checked is what is connected to. */
  lookupFor(origin: string): LookupFunction
}

export interface GuardOptions {
  /** Entries of `--allow`. */
  readonly allow: readonly string[] | 'all'
  /** Beside those: whatever lies at public addresses and in buckets. */
  readonly allowPublic?: boolean
  readonly cwd: string
  /** By default the system's. */
  readonly resolveName?: ResolveName
}

/** All addresses of a name, as `lookup` of node:dns gives them. */
export type ResolveName = (
  name: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** @throws ParameterError for an entry that cannot be understood */
export function createGuard({ allow, allowPublic = false, cwd, resolveName = lookup }: GuardOptions): Guard {
  if (allow === 'all') return openGuard(cwd)
  const rules = allow.map((entry) => parseAllow(entry, cwd))
  const roots = new Roots(
    rules.filter((rule) => rule.kind === 'folder').map((rule) => rule.path),
    cwd,
  )
  const databases = new Roots(
    rules.flatMap((rule) => {
      if (rule.kind === 'folder') return [rule.path]
      return rule.kind === 'store' && rule.scheme === 'sqlite' && rule.host === '' ? [resolve(cwd, rule.path.slice(1))] : []
    }),
    cwd,
  )
  return {
    resolveFile: (path) => roots.resolveFile(path),
    resolveTarget: (path) => roots.resolveTarget(path),
    resolveDatabase: (path, { create } = {}) => (create ? databases.resolveTarget(path) : databases.resolveFile(path)),
    checkUrl: (href, purpose) => checkUrl(rules, href, { allowPublic, purpose }),
    checkStore: (href) => checkStore(rules, href, allowPublic),
    lookupFor: (origin) => lookupFor(new URL(origin).hostname, resolveName),
  }
}

/** For a program that answers for its addresses itself: only what is no address at all is refused. */
function openGuard(cwd: string): Guard {
  const roots = new Roots(['/'], cwd)
  return {
    resolveFile: (path) => roots.resolveFile(path),
    resolveTarget: (path) => roots.resolveTarget(path),
    resolveDatabase: (path, { create } = {}) => (create ? roots.resolveTarget(path) : roots.resolveFile(path)),
    checkUrl(href) {
      const url = URL.parse(String(href))
      if (!url) throw new ParameterError('url', `url: ${withoutSecrets(String(href))} is not a URL`)
      return url
    },
    checkStore() {},
    lookupFor: () => lookup as LookupFunction,
  }
}

interface UrlCheck {
  readonly allowPublic: boolean
  readonly purpose?: 'search'
}

function checkUrl(rules: readonly AllowRule[], href: string | URL, { allowPublic, purpose }: UrlCheck): URL {
  const text = typeof href === 'string' ? href : href.href
  const name = withoutSecrets(text)
  const url = URL.parse(text)
  if (!url) throw new ParameterError('url', `url: ${name} is not a URL`)
  if (url.username || url.password) throw new NotAllowedError(`${name}: a user name or password in the address is not allowed`)
  // URL parsers read backslashes and control characters in different ways: an address that has them is a trick or a mistake.
  const isPlain = !/[\\\p{Cc}]/u.test(text) && !climbs(url.pathname)
  // A private or loopback address is allowed if it is listed as such, and then only this origin: exactly what the match says.
  const isListed = rules.some((rule) => isOfWeb(rule, url) || (purpose === 'search' && isOfSearch(rule, url)))
  if (!isPlain || !(isListed || (allowPublic && isPublicHost(url.hostname))))
    throw new NotAllowedError(`${name} is not an address that may be read`)
  return url
}

function isOfWeb(rule: AllowRule, url: URL): boolean {
  return rule.kind === 'web' && rule.origin === url.origin && isBelow(url.pathname, rule.path)
}

/** `stac+https://host/prefix/`: only to be searched. */
function isOfSearch(rule: AllowRule, url: URL): boolean {
  if (rule.kind !== 'store' || rule.scheme !== `stac+${url.protocol.slice(0, -1)}`) return false
  return URL.parse(`${url.protocol}//${rule.host}`)?.origin === url.origin && isBelow(url.pathname, rule.path)
}

/** A name's addresses are checked when the connection is made. */
function isPublicHost(host: string): boolean {
  if (isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0) return isPublicAddress(host)
  return !/(^|\.)localhost\.?$/.test(host)
}

function checkStore(rules: readonly AllowRule[], href: string, allowPublic: boolean): void {
  const { scheme, host, path } = storeParts(href)
  const isListed = rules.some(
    (rule) => rule.kind === 'store' && rule.scheme === scheme && rule.host === host && isBelow(path, rule.path),
  )
  if (!(isListed || allowPublic) || climbs(path))
    throw new NotAllowedError(`${withoutSecrets(href)} is not an address that may be read`)
}

/**
 * A literal address is not looked up: only a listed one comes this far. A name may lead to public addresses, and `localhost`,
 * which can only have been listed on purpose, to loopback.
 */
function lookupFor(host: string, resolveName: ResolveName): LookupFunction {
  const isGood = host === 'localhost' ? isLoopbackAddress : isPublicAddress
  return (name, options, callback) => {
    resolveName(name, { all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      const good = found.filter(({ address, family }) => isGood(address) && (!options.family || options.family === family))
      const [first] = good
      if (!first) return callback(new NotAllowedError(`${name} leads to an address that may not be read`), '', 0)
      return options.all ? callback(null, good) : callback(null, first.address, first.family)
    })
  }
}
