import { onTestFinished } from 'vitest'
import type { App, ServerState } from '../../routes/context.ts'
import { buildApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { WEB_MERCATOR } from '../../src/grid/crs.ts'
import { createLogger } from '../../src/http/logger.ts'
import type { Story } from '../../src/http/tiles.ts'
import { createMosaics } from '../../src/mosaic/mosaics.ts'
import { createNet } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { createRegistered } from '../../src/registered.ts'
import type { Engine, TileAnswer, TileRequest } from '../../src/tile.ts'

export const fixtures = new URL('../fixtures/mosaics/', import.meta.url).pathname
export const mosaicUrl = `${fixtures}mosaic.json`

/** A tile answer of a known shape, for tests of what stands around the pixels. */
export function answer(changes: Partial<TileAnswer> = {}): TileAnswer {
  const trace = {
    ...newTrace(),
    stages: new Map([
      ['search', 1.26],
      ['read', 3],
    ]),
    reads: 2,
    bytesRead: 1000,
    cacheHits: 1,
  }
  return {
    body: new Uint8Array([1, 2, 3]),
    mediaType: 'image/png',
    bbox: [0, 1, 2, 3],
    crs: WEB_MERCATOR,
    assets: ['a.tif', 'b.tif'],
    skipped: [],
    etag: '"tag"',
    trace,
    ...changes,
  }
}

export interface TestingApp {
  readonly app: App
  /** Lines of the log. */
  readonly lines: Record<string, unknown>[]
  readonly state: ServerState
}

/** The whole server over real mosaics of test/fixtures; tiles come from `tile`. */
export async function testingApp(
  options: {
    readonly argv?: readonly string[]
    readonly tile?: (request: TileRequest, signal: AbortSignal) => Promise<TileAnswer>
    readonly knownAnswer?: Story['knownAnswer']
    /** When to close it; by default at the end of the test. */
    readonly until?: (close: () => Promise<void>) => void
  } = {},
): Promise<TestingApp> {
  const config = parseConfig(['--allow', fixtures, ...(options.argv ?? [])], {})
  const net = createNet({ allow: config.allow, cwd: fixtures })
  const limits = { memory: config.mosaicMemory, maxBytes: config.maxMosaicBytes, maxUnpacked: config.maxMosaicUnpacked }
  const registered = createRegistered(config.mosaics, { allow: config.allow, cwd: fixtures })
  const mosaics = createMosaics({ net, cwd: fixtures, ttl: 60, ...limits, registered })
  const lines: Record<string, unknown>[] = []
  const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) })
  const state = { ready: true }
  const app = await buildApp({
    config,
    // Tiles come from `tile`: cogs and threads are not used.
    engine: { mosaics } as unknown as Engine,
    logger,
    state,
    story: {
      tile: (_engine, request, signal) => (options.tile ?? (async () => answer()))(request, signal),
      knownAnswer: options.knownAnswer ?? (async () => undefined),
    },
  })
  const until = options.until ?? onTestFinished
  until(async () => {
    await app.close()
    mosaics.close()
    await net.close()
    await registered?.net.close()
  })
  return { app, lines, state }
}
