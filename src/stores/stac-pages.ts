import { ParameterError, TooLargeError, UpstreamError } from '../errors.ts'
import { unpack } from '../mosaic/unpack.ts'
import { withoutSecrets } from '../net/address.ts'
import type { ReadOptions, SearchReply, WritableNet } from '../net/source.ts'
import type { StacSearch } from './stac-address.ts'
import type { StacItem } from './stac-item.ts'
import { asGet, nextRequest, type StacRequest } from './stac-request.ts'

/** Items of one page where nobody says how many. */
const PAGE_LIMIT = 250
/** More pages are an error where nobody has said how many items are enough. */
export const MAX_PAGES = 500
/** Bytes of one page. */
const MAX_PAGE = 64 * 2 ** 20
/** Pages one after another that bring nothing new: the API turns in a circle. */
const MAX_IDLE = 3

export interface StacPage {
  readonly items: readonly StacItem[]
  /** Address that the page came from. */
  readonly href: string
}

/**
 * The items of a search, page by page, each once, as far as the API has them or `maxItems` says. No page is asked for twice.
 * @throws TooLargeError where there are more pages than MAX_PAGES; ParameterError for a search that the API refuses; UpstreamError …
 */
export async function* stacPages(
  net: WritableNet,
  href: string,
  search: StacSearch,
  options: ReadOptions,
): AsyncGenerator<StacPage> {
  const { maxItems = Number.POSITIVE_INFINITY } = search
  const limit = search.query.limit ?? Math.min(search.limit ?? PAGE_LIMIT, maxItems)
  // Without a word about it, APIs take a filter in the body for CQL2's JSON.
  const language = typeof search.query.filter === 'string' && { 'filter-lang': 'cql2-text' }
  let request: StacRequest | undefined = { method: 'POST', href, headers: {}, body: { ...language, ...search.query, limit } }
  const asked = new Set<string>()
  const seen = new Set<string>()
  let count = 0
  for (let page = 1, idle = 0; request && !asked.has(JSON.stringify(request)); page++) {
    if (page > MAX_PAGES) {
      if (search.maxItems !== undefined) return
      throw new TooLargeError(
        `the search has more than ${MAX_PAGES} pages; max_items says how many items are enough`,
        'max_items',
      )
    }
    asked.add(JSON.stringify(request))
    const { answered, features, links } = await ask(net, request, { ...options, isFirst: page === 1 })
    const items = features.filter((item) => isNew(item, seen)).slice(0, maxItems - count)
    count += items.length
    idle = items.length > 0 ? 0 : idle + 1
    if (items.length > 0) yield { items, href: answered.href }
    if (count >= maxItems || idle === MAX_IDLE) return
    request = nextRequest(links, answered)
  }
}

function isNew(item: StacItem, seen: Set<string>): boolean {
  if (typeof item !== 'object' || item === null) return false
  if (item.id === undefined) return true
  const key = JSON.stringify([item.collection, item.id])
  if (seen.has(key)) return false
  seen.add(key)
  return true
}

interface Answer {
  /** The request that was answered: another one where the API takes no POST. */
  readonly answered: StacRequest
  readonly features: readonly StacItem[]
  readonly links: unknown
}

async function ask(
  net: WritableNet,
  request: StacRequest,
  options: ReadOptions & { readonly isFirst: boolean },
): Promise<Answer> {
  const { isFirst, signal, trace } = options
  const { method, href, headers, body } = request
  const name = withoutSecrets(href)
  const sent = {
    accept: 'application/geo+json, application/json',
    ...headers,
    ...(body && { 'content-type': 'application/json' }),
  }
  const reply = await net.search(href, {
    method,
    headers: sent,
    body: body && JSON.stringify(body),
    maxBytes: MAX_PAGE,
    signal,
    trace,
  })
  if (reply.status === 405 || reply.status === 501) {
    if (method === 'GET') throw new UpstreamError(`${name}: the STAC API answered ${reply.status}`)
    return ask(net, asGet(request), options)
  }
  const answer = await parsed(reply, name, signal)
  if (reply.status >= 400) {
    const why = `the STAC API answered ${reply.status}${reasonIn(answer)}`
    throw isFirst ? new ParameterError('search', `search: ${why}`) : new UpstreamError(`${name}: ${why}`)
  }
  const { features, links } = (answer ?? {}) as { features?: unknown; links?: unknown }
  if (!Array.isArray(features)) throw new UpstreamError(`${name}: the answer is not a page of STAC items`)
  return { answered: request, features, links }
}

async function parsed({ bytes, status }: SearchReply, name: string, signal: AbortSignal | undefined): Promise<unknown> {
  const pieces: Uint8Array[] = []
  for await (const piece of unpack(bytes, MAX_PAGE * 2, signal)) pieces.push(piece)
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch (cause) {
    if (status >= 400) return undefined
    throw new UpstreamError(`${name}: the answer is not JSON`, { cause })
  }
}

/** What the API says is wrong with the search, in short. */
function reasonIn(answer: unknown): string {
  const { description, detail, message } = (answer ?? {}) as Readonly<Record<string, unknown>>
  const reason = [description, detail, message].find((text) => typeof text === 'string')
  return reason === undefined ? '' : `: ${String(reason).replaceAll(/\s+/g, ' ').slice(0, 200)}`
}
