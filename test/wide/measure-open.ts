import { setTimeout as sleep } from 'node:timers/promises'
import { createNet } from '../../src/net/net.ts'
import { storeKindOf } from '../../src/stores/registry.ts'

/** What opening a mosaic and asking it costs a process that does nothing else: node --expose-gc measure-open.ts ADDRESS ALLOW KEYS… */
export interface Measured {
  readonly seconds: number
  /** Processor time of all threads, and of the main one, which all requests share. */
  readonly cpuSeconds: number
  readonly mainSeconds: number
  /** Resident at its most, and what came to stay. MB. */
  readonly peak: number
  readonly kept: number
  /** Of that, what is in use: heap and arrays. Freed memory often stays with the process. */
  readonly live: number
  /** What the store says of itself. */
  readonly bytes: number
  readonly microsecondsPerTile: number
  /** The first 100 assets of the whole world. */
  readonly worldMs: number
  readonly firstAssets: readonly string[]
}

const TILES = 2000
const ROUNDS = 5
const [address, allow, ...keys] = process.argv.slice(2)
const limits = { maxBytes: 2 ** 30, maxUnpacked: 2 ** 32, memory: 2 ** 30 }
const context = { net: createNet({ allow: allow.split(','), cwd: '/' }), cwd: '/', limits }
const kind = storeKindOf(address)
await rest()
const before = process.memoryUsage()
const [cpu, main, start] = [process.cpuUsage(), process.threadCpuUsage(), performance.now()]
const store = await kind.open(address, context, {})
if (!store) throw new Error('no revision was known')
const seconds = (performance.now() - start) / 1000
const [cpuAfter, mainAfter] = [process.cpuUsage(cpu), process.threadCpuUsage(main)]
const peak = process.resourceUsage().maxRSS / 1000
await rest()
const after = process.memoryUsage()
const kept = (after.rss - before.rss) / 1e6
const live = (after.heapUsed + after.external - before.heapUsed - before.external) / 1e6
const [perTile, ofWorld]: [number[], number[]] = [[], []]
for (let round = 0; round < ROUNDS; round++) {
  let begin = performance.now()
  for (let i = 0; i < TILES; i++) await store.assetsFor([keys[(round * TILES + i * 7919) % keys.length]], { maxAssets: 100_000 })
  perTile.push(((performance.now() - begin) / TILES) * 1000)
  begin = performance.now()
  await store.assetsFor([''], { maxAssets: 100_000, limit: 100 })
  ofWorld.push(performance.now() - begin)
}
const measured: Measured = {
  seconds,
  cpuSeconds: (cpuAfter.user + cpuAfter.system) / 1e6,
  mainSeconds: (mainAfter.user + mainAfter.system) / 1e6,
  peak,
  kept,
  live,
  bytes: store.bytes / 1e6,
  // The best round: others run beside this one.
  microsecondsPerTile: Math.min(...perTile),
  worldMs: Math.min(...ofWorld),
  firstAssets: await store.assetsFor([keys[0]], { maxAssets: 100_000 }),
}
process.stdout.write(JSON.stringify(measured))

async function rest(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await sleep(100)
  }
}
