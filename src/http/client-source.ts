import { ParameterError, SmaltiError, WithheldError } from '../errors.ts'
import { lastSegment, withoutPlaces } from '../mosaic/hidden-places.ts'
import { findRegistered, isRegisteredName, type RegisteredMosaic } from '../mosaic/registered.ts'
import { isSealed, type Sealer } from './seal.ts'
import { carriesSecret, withoutSecrets } from './secrets.ts'

/** What a client's `url` stands for, and what the client may learn of it. */
export interface ClientSource {
  /** What is opened: the address, or the name of a registered mosaic. */
  readonly address: string
  /** What links in answers carry as `url`. */
  readonly link: string
  /** The request carries a secret: its answers are the client's own. */
  readonly secret: boolean
  /** The links carry it too: nobody may keep them. */
  readonly linkSecret: boolean
  /** The client may not learn where it lies, nor where its assets lie; the document is not given out. */
  readonly hidden: boolean
  /** An asset's address as the client may see it. */
  readonly nameOf: (href: string) => string
}

/** How the operator lets addresses be written. */
export interface AddressBook {
  readonly registered: readonly RegisteredMosaic[]
  /** undefined: there is no key. */
  readonly sealer?: Sealer
}

/** Longest `url` that a request may have. */
const LONGEST = 8192
const asItIs = (href: string): string => href

/** @throws NotFoundError for a name that nobody registered; UnknownSealError; ParameterError where there is no key */
export function clientSource(url: string, { registered, sealer }: AddressBook): ClientSource {
  const own = { address: url, link: url, secret: false, linkSecret: false, hidden: false, nameOf: asItIs }
  if (isRegisteredName(url)) {
    const hidden = findRegistered(registered, url).assets === 'hidden'
    return { ...own, hidden, nameOf: hidden ? lastSegment : (href) => withoutSecrets(href, '') }
  }
  if (isSealed(url)) {
    if (!sealer) throw new ParameterError('url', 'url: this server opens no sealed addresses: it has no --seal-key')
    return { ...own, address: sealer.open(url), hidden: true, nameOf: lastSegment }
  }
  if (!carriesSecret(url)) return own
  const handle = sealer?.seal(url)
  const sealed = handle !== undefined && handle.length <= LONGEST
  return { ...own, secret: true, link: sealed ? handle : url, linkSecret: !sealed }
}

/** What the client is told of an error: of a hidden source neither its place nor those of its assets. What ends as 5xx says nothing anyway. */
export function tellable(error: unknown, { address, link, hidden }: ClientSource): unknown {
  if (!hidden || !(error instanceof SmaltiError) || error.status >= 500 || error instanceof WithheldError) return error
  const name = isSealed(link) ? 'the sealed address' : link
  // Names of hosts stand alone in these.
  if (error.code === 'NOT_ALLOWED') return new WithheldError(error, `${name}, or one of its assets, may not be read or written`)
  const message = error.message.replaceAll(address, name).replaceAll(withoutSecrets(address, ''), name)
  return new WithheldError(error, withoutPlaces(message))
}
