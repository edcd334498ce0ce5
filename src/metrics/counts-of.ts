import type { Engine } from '../engine.ts'
import type { Counts, QueueCount } from './counts.ts'

/** What the parts of the engine count, and the queue in front of it. */
export function countsOf(engine: Engine, queue: QueueCount, { workers }: { readonly workers: number }): Counts {
  return {
    caches: () => {
      const { headers, blocks } = engine.cogs.stats()
      return { mosaics: engine.mosaics.stats(), items: engine.items.stats(), headers, blocks, pictures: engine.answers.stats() }
    },
    sources: () => engine.sources.byScheme,
    threads: () => engine.pool.stats?.() ?? { threads: workers, running: 0, waiting: 0 },
    queue: () => queue,
  }
}
