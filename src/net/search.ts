import { TooLargeError } from '../errors.ts'
import { withoutSecrets } from './address.ts'
import type { HttpClient } from './http-client.ts'
import type { SearchReply, SearchRequest } from './source.ts'

/** What a server answers to a question that it does not understand, or not by this method. */
const NO_GOOD = [400, 405, 422, 501]

/** Sends a search, follows its redirects and takes the whole answer. @throws SmaltiError */
export function sendSearch(client: HttpClient, href: string, search: SearchRequest): Promise<SearchReply> {
  const { method, body, maxBytes, signal, trace } = search
  const tooLarge = () => new TooLargeError(`${withoutSecrets(href)}: a page of the search has more than ${maxBytes} bytes`)
  const question = { method, body, purpose: 'search', taken: NO_GOOD } as const
  // The server may pack its answers: they are mostly names.
  const headers = { 'accept-encoding': 'gzip', ...search.headers }
  return client.get(href, { headers, signal, trace, question }, async (reply) => ({
    status: reply.status,
    bytes: await reply.body(maxBytes, tooLarge),
  }))
}
