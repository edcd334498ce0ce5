/** Loaded before the server (`node --import`): when it ends, it says how long its event loop was held up. */
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 1
const { BENCH_EVENT_LOOP: file, RESTARTED_BY_SMALTI: isServer } = process.env
// The server starts itself again in its own place; only the second life has a load.
if (file && isServer) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  process.on('exit', () => {
    const [p50, p99, max] = [delays.percentile(50), delays.percentile(99), delays.max].map((ns) => ns / 1e6)
    writeFileSync(file, JSON.stringify({ p50, p99, max }))
  })
}
