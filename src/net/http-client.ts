import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { NotAllowedError, SmaltiError, TimeoutError, UpstreamError } from '../errors.ts'
import { withoutSecrets } from './address.ts'
import type { Guard } from './guard.ts'
import { HttpConnections } from './http-connections.ts'
import { PassingError, single, statusError, transportError } from './http-errors.ts'
import type { ReplyHeaders } from './http-errors.ts'
import type { HttpLimits } from './limits.ts'
import { Slots } from './slots.ts'
import type { ReadOptions, Trace } from './source.ts'

/** A reply of 2xx, 304, 412 or 416. A body that is not taken is thrown away. */
export interface Reply {
  readonly status: number
  readonly headers: ReplyHeaders
  /** The whole body as it came. @throws what `tooLarge` makes, as soon as there are more than `maxBytes` */
  body(maxBytes: number, tooLarge: () => Error): Promise<Uint8Array>
}

export interface HttpClientOptions {
  readonly guard: Guard
  readonly limits: HttpLimits
  readonly log?: { debug(fields: object, message: string): void }
  /** Credentials of an address; looked for anew at each redirect, so that none goes to another server. */
  readonly headersFor?: (href: string) => Readonly<Record<string, string>> | undefined
  /** Signature of an address, to be added to its query; `refused` is the one that the server did not take. */
  readonly queryFor?: (url: URL, refused?: string) => Promise<string | undefined>
}

/** What is sent instead of a plain GET. Asking twice must do no harm: it is tried again like a GET. */
export interface Question {
  readonly method: 'GET' | 'POST'
  readonly body?: string
  /** For the guard. */
  readonly purpose?: 'search'
  /** Statuses above 299 whose reply is for the caller. */
  readonly taken?: readonly number[]
}

interface Exchange {
  readonly name: string
  readonly headers: Record<string, string>
  readonly question: Question
  readonly trace: Trace | undefined
  readonly abort: AbortController
}

const PLAIN: Question = { method: 'GET' }
const redirects = new Set([301, 302, 303, 307, 308])
/** The last word on these is the caller's: they answer a condition or a range. */
const answers = new Set([304, 412, 416])

/** GET with limits on everything that a server can draw out, redirects by hand through the guard, and retries. */
export class HttpClient {
  readonly #guard: Guard
  readonly limits: HttpLimits
  readonly #log: HttpClientOptions['log']
  readonly #slots: Slots
  readonly #connections: HttpConnections
  readonly #headersFor: NonNullable<HttpClientOptions['headersFor']>
  readonly #queryFor: NonNullable<HttpClientOptions['queryFor']>

  constructor({ guard, limits, log, headersFor = () => undefined, queryFor = async () => undefined }: HttpClientOptions) {
    this.#headersFor = headersFor
    this.#queryFor = queryFor
    this.#guard = guard
    this.limits = limits
    this.#log = log
    this.#connections = new HttpConnections(guard, limits)
    this.#slots = new Slots(limits.connectionsPerOrigin, limits.connections)
  }

  /** `use` may be called again with another reply when the connection breaks while it reads the body. @throws SmaltiError, or the signal's reason */
  async get<T>(
    href: string,
    { headers, signal, trace, question = PLAIN }: ReadOptions & { headers: Record<string, string>; question?: Question },
    use: (reply: Reply) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted()
    const name = withoutSecrets(href)
    const abort = new AbortController()
    const leave = () => abort.abort(signal?.reason)
    signal?.addEventListener('abort', leave, { once: true })
    const end = performance.now() + this.limits.totalMs
    const clock = setTimeout(() => abort.abort(new TimeoutError(`${name} took too long`)), this.limits.totalMs)
    const exchange: Exchange = { name, headers, question, trace, abort }
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#follow(href, exchange, use)
        } catch (error) {
          if (!(error instanceof PassingError)) throw error
          const wait = error.afterMs ?? this.limits.retryMs * 2 ** (attempt - 1) * (0.5 + Math.random())
          if (attempt >= this.limits.tries || performance.now() + wait >= end) throw error.error
          this.#log?.debug({ source: name, attempt, wait: Math.round(wait), error: error.message }, 'trying again')
          await sleep(wait, undefined, { signal: abort.signal })
        }
      }
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : error
    } finally {
      clearTimeout(clock)
      signal?.removeEventListener('abort', leave)
    }
  }

  close(): Promise<void> {
    return this.#connections.close()
  }

  /** The options say nothing of user or cookies, so a redirect carries none to another origin. */
  async #follow<T>(href: string, exchange: Exchange, use: (reply: Reply) => Promise<T>): Promise<T> {
    const { purpose } = exchange.question
    let url = this.#guard.checkUrl(href, purpose)
    for (let hop = 0; hop <= this.limits.maxRedirects; hop++) {
      const step = await this.#slots.run(url.origin, exchange.abort.signal, () => this.#exchange(url, exchange, use))
      if ('value' in step) return step.value
      const target = URL.parse(step.location, url.href)
      if (!target || !/^https?:$/.test(target.protocol))
        throw new NotAllowedError(`${exchange.name} redirects to no http(s) address`)
      url = this.#guard.checkUrl(target, purpose)
    }
    throw new UpstreamError(`${exchange.name} redirects more than ${this.limits.maxRedirects} times`)
  }

  async #exchange<T>(
    url: URL,
    exchange: Exchange,
    use: (reply: Reply) => Promise<T>,
  ): Promise<{ value: T } | { location: string }> {
    const query = await this.#queryFor(url)
    exchange.abort.signal.throwIfAborted()
    let data = await this.#request(url, query, exchange)
    if (data.statusCode === 403 && query !== undefined) {
      // A signature may be withdrawn before its end: one more try with a new one.
      await leaveBody(data.body)
      data = await this.#request(url, await this.#queryFor(url, query), exchange)
    }
    const { name, question } = exchange
    const { statusCode: status, body } = data
    try {
      if (redirects.has(status)) {
        const location = single(data.headers.location)
        if (location === undefined) throw new UpstreamError(`${name} redirects to nowhere`)
        return { location }
      }
      if (status >= 300 && !answers.has(status) && !question.taken?.includes(status))
        throw statusError(name, status, data.headers)
      const reply: Reply = {
        status,
        headers: data.headers,
        body: (maxBytes, tooLarge) => this.#collect(data.body, exchange, maxBytes, tooLarge),
      }
      return { value: await use(reply) }
    } finally {
      if (!body.readableEnded) await leaveBody(body)
    }
  }

  /** Sends, and waits for the headers. */
  async #request(url: URL, query: string | undefined, exchange: Exchange): Promise<Dispatcher.ResponseData> {
    const { name, headers, question, trace, abort } = exchange
    // A search may think for long before its first byte.
    const patience = question.purpose === 'search' ? this.limits.totalMs : this.limits.headersMs
    const clock = setTimeout(() => abort.abort(new TimeoutError(`${name}: the server does not answer`)), patience)
    try {
      if (trace) trace.reads++
      const data = await this.#connections.request(signed(url, query), {
        signal: abort.signal,
        method: question.method,
        body: question.body,
        headers: { 'accept-encoding': 'identity', 'user-agent': 'smalti', ...this.#headersFor(url.href), ...headers },
      })
      // A body that breaks after we have turned away from it concerns nobody.
      data.body.on('error', () => {})
      return data
    } catch (error) {
      throw error instanceof SmaltiError ? error : transportError(name, error)
    } finally {
      clearTimeout(clock)
    }
  }

  async #collect(
    body: Dispatcher.ResponseData['body'],
    exchange: Exchange,
    maxBytes: number,
    tooLarge: () => Error,
  ): Promise<Uint8Array> {
    const { name, trace, abort } = exchange
    const { stallMs, minBytesPerSecond } = this.limits
    const chunks: Uint8Array[] = []
    let size = 0
    let before = 0
    const clock = setInterval(() => {
      if (size - before < (minBytesPerSecond * stallMs) / 1000)
        abort.abort(new TimeoutError(`${name}: the server sends too slowly`))
      before = size
    }, stallMs)
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        size += chunk.length
        if (trace) trace.bytesRead += chunk.length
        if (size > maxBytes) throw tooLarge()
        chunks.push(chunk)
      }
    } catch (error) {
      throw error instanceof SmaltiError ? error : transportError(name, error)
    } finally {
      clearInterval(clock)
    }
    return joined(chunks, size)
  }
}

function signed(url: URL, query: string | undefined): URL {
  if (query === undefined) return url
  const target = new URL(url)
  target.search = target.search === '' ? query : `${target.search}&${query}`
  return target
}

/** A short rest is read, so that the connection lives on; of anything else the connection is closed. */
async function leaveBody(body: Dispatcher.ResponseData['body']): Promise<void> {
  if (body.destroyed) return
  await body.dump({ limit: 16 * 1024, signal: AbortSignal.timeout(500) }).catch(() => body.destroy())
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
    // Nobody looks at it any more, and its memory need not wait for the collector. A view of more than itself may be of a pool.
    if (chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength) chunk.buffer.transfer(0)
  }
  return bytes
}
