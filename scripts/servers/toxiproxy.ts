import { freePort } from './smalti.ts'
import { startReal } from './real.ts'

/** What toxiproxy does to the bytes that come back: its own names and attributes (https://github.com/Shopify/toxiproxy#toxics). */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'slow_close' | 'timeout' | 'reset_peer' | 'slicer' | 'limit_data'
  readonly attributes: Readonly<Record<string, number>>
}

/** A proxy in front of a server, with faults that can be switched on and off. */
export interface FaultyProxy extends AsyncDisposable {
  readonly base: string
  /** Runs `work` while the fault is there. */
  with<T>(toxic: Toxic, work: () => Promise<T>): Promise<T>
  /** Runs `work` while nobody answers. */
  down<T>(work: () => Promise<T>): Promise<T>
}

/** Starts toxiproxy in front of `upstream` (host:port). */
export async function startFaultyProxy(upstream: string): Promise<FaultyProxy> {
  const real = await startReal('toxiproxy', 'start', await freePort())
  const listen = `127.0.0.1:${await freePort()}`
  async function control(method: string, path: string, body?: object): Promise<void> {
    const reply = await fetch(`${real.base}${path}`, {
      method,
      // Its API refuses what looks like a browser.
      headers: { 'user-agent': 'smalti-tests', 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    })
    if (!reply.ok) throw new Error(`toxiproxy: ${method} ${path}: ${reply.status} ${await reply.text()}`)
  }
  await control('POST', '/proxies', { name: 'files', listen, upstream, enabled: true })
  return {
    base: `http://${listen}`,
    async with(toxic, work) {
      await control('POST', '/proxies/files/toxics', { name: 'fault', stream: 'downstream', ...toxic })
      try {
        return await work()
      } finally {
        await control('DELETE', '/proxies/files/toxics/fault')
      }
    },
    async down(work) {
      await control('POST', '/proxies/files', { enabled: false })
      try {
        return await work()
      } finally {
        await control('POST', '/proxies/files', { enabled: true })
      }
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  }
}
