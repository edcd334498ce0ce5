import type { Agent, Dispatcher, request as requestOf } from 'undici'
import type { Guard } from './guard.ts'
import type { HttpLimits } from './limits.ts'

type Asked = Pick<Dispatcher.RequestOptions, 'signal' | 'body' | 'headers'> & { readonly method?: Dispatcher.HttpMethod }

interface Loaded {
  readonly agent: Agent
  readonly request: typeof requestOf
}

/** Connections to the servers that the guard allows. undici is loaded with the first: it takes a tenth of the start, and many servers read files only. */
export class HttpConnections {
  readonly #guard: Guard
  readonly #limits: HttpLimits
  #loaded: Promise<Loaded> | undefined

  constructor(guard: Guard, limits: HttpLimits) {
    this.#guard = guard
    this.#limits = limits
  }

  /** Sends, and waits for the headers. */
  async request(url: URL, asked: Asked): Promise<Dispatcher.ResponseData> {
    this.#loaded ??= this.#load()
    const { agent, request } = await this.#loaded
    return request(url, { ...asked, dispatcher: agent })
  }

  async close(): Promise<void> {
    const loaded = await this.#loaded
    await loaded?.agent.close()
  }

  async #load(): Promise<Loaded> {
    const { Agent: Agents, Pool, request } = await import('undici')
    const { connectionsPerOrigin, maxHeaderBytes, connectMs } = this.#limits
    const agent = new Agents({
      factory: (origin, options) =>
        new Pool(String(origin), {
          ...options,
          connect: { lookup: this.#guard.lookupFor(String(origin)), timeout: connectMs },
        }),
      connections: connectionsPerOrigin,
      maxHeaderSize: maxHeaderBytes,
      allowH2: false,
      // Our own clocks run instead: undici's start anew with every byte.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    return { agent, request }
  }
}
