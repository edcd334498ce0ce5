import { Answers } from './answers.ts'
import { createCogs } from './cog/cogs.ts'
import type { Cogs } from './cog/cogs.ts'
import type { Config } from './config.ts'
import { cloudEnvironment } from './config/environment.ts'
import { createMosaics } from './mosaic/mosaics.ts'
import type { Mosaics } from './mosaic/mosaics.ts'
import { createCredentials } from './net/credentials.ts'
import { countedNet } from './net/counted-net.ts'
import { createNet } from './net/net.ts'
import { SourceCounts } from './net/source-counts.ts'
import { bytesOfPoint, type PointAnswer } from './point.ts'
import { createRegistered } from './registered.ts'
import { createItems, type Items } from './stac/items.ts'
import type { PictureAnswer } from './tile.ts'
import type { Pool } from './work/pool.ts'

/** What every request shares: made once at the start, from the configuration. */
export interface Engine {
  readonly mosaics: Mosaics
  readonly cogs: Cogs
  readonly items: Items
  readonly pool: Pool
  /** Pictures. */
  readonly answers: Answers<PictureAnswer>
  readonly points: Answers<PointAnswer>
  readonly limits: EngineLimits
  /** What was asked of files, servers and buckets. */
  readonly sources: SourceCounts
  /** For what goes on in spite of a fault; pino's way to call it. */
  readonly log?: { warn(facts: object, message: string): void }
  close(): Promise<void>
}

export interface EngineLimits {
  /** Assets that one tile may ask for. */
  readonly maxAssets: number
  /** Pixels of one answer. */
  readonly maxPixels: number
  /** Assets of one tile under way at a time: where the tile may be full before the last one, and where all are needed. */
  readonly readAhead: number
  readonly readAheadAll: number
}

/** Assets under way for one tile: the next one is read while this one is composed. More only wastes work on full tiles. */
const READ_AHEAD = 2
/** Where all are needed anyway. Each is a raster in memory. */
const READ_AHEAD_ALL = 6
/** Bytes that the ETags of pictures, and those of values at points, with what they were made of, may take. */
const ANSWER_RECORDS = 2 ** 23
/** Parts of the memory that encoded pictures and values at points may take; headers and blocks take the rest. */
const ANSWER_SHARE = 1 / 6
const POINT_SHARE = 1 / 32

/** Wires the parts of the story together. Nothing is opened yet. @param starting the raster threads, which the engine closes */
export async function createEngine(config: Config, starting: Promise<Pool>, log?: Engine['log']): Promise<Engine> {
  const cwd = process.cwd()
  const netOptions = {
    allow: config.allow,
    cwd,
    timeoutMs: config.timeout * 1000,
    credentials: createCredentials(config.credentials),
    env: cloudEnvironment(),
  }
  const sources = new SourceCounts()
  const net = countedNet(createNet(netOptions), sources)
  const named = createRegistered(config.mosaics, netOptions)
  const registered = named && { ...named, net: countedNet(named.net, sources) }
  const pool = await starting
  const answerBytes = Math.max(1, Math.floor(config.memory * ANSWER_SHARE))
  const pointBytes = Math.max(1, Math.floor(config.memory * POINT_SHARE))
  const kept = { records: ANSWER_RECORDS, ttl: config.mosaicTtl }
  const answers = new Answers<PictureAnswer>({ ...kept, memory: answerBytes })
  const points = new Answers<PointAnswer>({ ...kept, memory: pointBytes, bytesOf: bytesOfPoint })
  const cogs = createCogs({ net, pool, memory: config.memory - answerBytes - pointBytes, ttl: config.mosaicTtl })
  const mosaics = createMosaics({
    net,
    cwd,
    memory: config.mosaicMemory,
    ttl: config.mosaicTtl,
    maxBytes: config.maxMosaicBytes,
    maxUnpacked: config.maxMosaicUnpacked,
    registered,
  })
  const items = createItems({ net, ttl: config.mosaicTtl, alternate: config.stacAlternate || undefined })
  return {
    mosaics,
    cogs,
    items,
    pool,
    answers,
    points,
    sources,
    log,
    limits: { maxAssets: config.maxAssets, maxPixels: config.maxPixels, readAhead: READ_AHEAD, readAheadAll: READ_AHEAD_ALL },
    async close() {
      await pool.close()
      await cogs.close()
      mosaics.close()
      await net.close()
      await registered?.net.close()
    },
  }
}
