import { Agent, request } from 'node:http'
import { quantile } from './measure.ts'

export interface Played {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly answers: number
  readonly empty: number
  /** Of an answer, on the average. */
  readonly bytes: number
  /** Where the next round goes on. */
  readonly next: number
}

export interface LoadOptions {
  readonly inFlight: number
  readonly seconds: number
  readonly from: number
  readonly again: boolean
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const TOO_LONG = 120_000

/** Asks for the paths, one after the other, so many at a time, for so long. @throws where an answer is an error: a fast error is no result */
export async function play(base: string, paths: readonly string[], options: LoadOptions): Promise<Played> {
  const { inFlight, seconds, from, again } = options
  const times: number[] = []
  let [next, empty, bytes] = [from, 0, 0]
  const start = performance.now()
  const client = async (): Promise<void> => {
    while (performance.now() - start < seconds * 1000) {
      if (next >= paths.length && !again) return
      const before = performance.now()
      const answer = await ask(base + paths[next++ % paths.length])
      times.push(performance.now() - before)
      bytes += answer.bytes
      if (answer.status === 204) empty++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, client))
  const perSecond = (times.length / (performance.now() - start)) * 1000
  const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)]
  return { perSecond, p50, p95, answers: times.length, empty, bytes: bytes / times.length, next }
}

export function ask(url: string): Promise<{ readonly status: number; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, timeout: TOO_LONG }, (reply) => {
      let bytes = 0
      reply.on('data', (chunk: Buffer) => (bytes += chunk.length))
      reply.on('error', reject)
      reply.on('end', () => {
        const { statusCode: status = 0 } = reply
        if (status === 200 || status === 204) resolve({ status, bytes })
        else reject(new Error(`${status} of ${url}`))
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${url}`)))
    sent.on('error', reject)
    sent.end()
  })
}
