import { ChangedError, UpstreamError } from '../errors.ts'
import { withoutSecrets } from './address.ts'
import type { HttpClient, Reply } from './http-client.ts'
import { PassingError, single } from './http-errors.ts'
import type { ReplyHeaders } from './http-errors.ts'
import type { ByteSource, ReadOptions } from './source.ts'
import { conditions, isSame, revisionOf, validatorsOf } from './validators.ts'
import type { Validators } from './validators.ts'

/** A file on a web server, read by ranges. Pinned by the validators of the first reply. */
export class HttpSource implements ByteSource {
  readonly name: string
  readonly #href: string
  readonly #client: HttpClient
  #pin: Validators | undefined
  #revision: string | undefined

  constructor(client: HttpClient, href: string) {
    this.name = withoutSecrets(href)
    this.#href = href
    this.#client = client
  }

  get size(): number | undefined {
    return this.#pin?.size
  }

  get revision(): string | undefined {
    return this.#revision
  }

  async read(offset: number, length: number, options: ReadOptions = {}): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.#pin?.size ?? Infinity)
    if (end <= offset) return new Uint8Array(0)
    const headers = { range: `bytes=${offset}-${end - 1}`, ...(this.#pin && conditions(this.#pin)) }
    return this.#client.get(this.#href, { ...options, headers }, (reply) => this.#take(reply, offset, end))
  }

  /** Connections belong to the client. */
  close(): Promise<void> {
    return Promise.resolve()
  }

  async #take(reply: Reply, offset: number, end: number): Promise<Uint8Array> {
    const encoding = single(reply.headers['content-encoding'])
    if (encoding !== undefined && encoding !== 'identity')
      throw this.#wrong(`Content-Encoding ${encoding} to a request for plain bytes`)
    if (reply.status === 206) return this.#takeRange(reply, offset, end)
    if (reply.status === 200) return this.#takeWhole(reply, offset, end)
    if (reply.status === 412) throw this.#changed()
    if (reply.status === 416) return this.#takeNothing(reply.headers, offset)
    throw this.#wrong(`${reply.status} to a request for a range`)
  }

  async #takeRange(reply: Reply, offset: number, end: number): Promise<Uint8Array> {
    const range = contentRange(reply.headers)
    if (range?.total === undefined || range.start === undefined)
      throw this.#wrong('a range without saying which, or of what size')
    const expected = Math.min(end, range.total)
    this.#check(validatorsOf(reply.headers, range.total))
    if (range.start !== offset || range.end !== expected) throw this.#wrong('another range than was asked for')
    const bytes = await reply.body(expected - offset, () => this.#wrong('more bytes than its Content-Range says'))
    if (bytes.length < expected - offset) throw new PassingError(this.#wrong('fewer bytes than its Content-Range says'))
    return bytes
  }

  /** A server that knows no ranges: fine for what is small. */
  async #takeWhole(reply: Reply, offset: number, end: number): Promise<Uint8Array> {
    const limit = end - offset + this.#client.limits.excessBytes
    const tooLarge = () => this.#wrong('the whole file, not the range that was asked for')
    if (Number(single(reply.headers['content-length']) ?? 0) > limit) throw tooLarge()
    const bytes = await reply.body(limit, tooLarge)
    this.#check(validatorsOf(reply.headers, bytes.length))
    return bytes.slice(offset, end)
  }

  /** 416: the file ends before the range; of an empty file there is no other answer. */
  #takeNothing(headers: ReplyHeaders, offset: number): Uint8Array {
    const total = contentRange(headers)?.total
    if (total === undefined || total > offset) throw this.#wrong('that there is no such range')
    this.#check(validatorsOf(headers, total))
    return new Uint8Array(0)
  }

  #check(validators: Validators): void {
    if (!this.#pin) {
      this.#pin = validators
      this.#revision = revisionOf(validators)
    } else if (!isSame(this.#pin, validators)) {
      throw this.#changed()
    }
  }

  #changed(): ChangedError {
    return new ChangedError(`${this.name} changed while it was being read`)
  }

  #wrong(what: string): UpstreamError {
    return new UpstreamError(`${this.name}: the server answers ${what}`)
  }
}

/** `bytes 0-99/1234` or, unsatisfied, `bytes` with a star for the range; `end` is exclusive. */
function contentRange(headers: ReplyHeaders): { start?: number; end?: number; total?: number } | undefined {
  const found = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(?:(\d{1,15})|\*)$/i.exec(single(headers['content-range']) ?? '')
  if (!found) return undefined
  const [start, last, total] = found.slice(1).map((digits) => (digits === undefined ? undefined : Number(digits)))
  return { start, end: last === undefined ? undefined : last + 1, total }
}
