// One process of the fuzzer: reads mutants [from, to) as the server reads an asset, and says before each which one it is.
// node child.ts SEED FROM TO [FOLDER…]; its parent listens.
import { readAsset } from '../../src/asset.ts'
import { createCogs } from '../../src/cog/cogs.ts'
import { decodeBlock } from '../../src/cog/decode/decode-block.ts'
import { SmaltiError } from '../../src/errors.ts'
import { apply } from '../../src/grid/affine.ts'
import { WEB_MERCATOR } from '../../src/grid/crs.ts'
import { transformBounds } from '../../src/grid/transformer.ts'
import type { ByteSource, Net } from '../../src/net/source.ts'
import { newTrace } from '../../src/net/source.ts'
import { warpPart } from '../../src/raster/warp.ts'
import type { Pool } from '../../src/work/pool.ts'
import { seedFiles } from './files.ts'
import { mutant } from './mutate.ts'

/** What a child tells: the file that it begins with, and how that went. */
export type Message =
  | { readonly begin: number }
  | {
      readonly done: number
      readonly outcome: 'read' | 'refused' | 'fault'
      readonly note: string
      readonly cpuMs: number
      readonly peakMiB: number
    }

const [seed, first, end] = process.argv.slice(2, 5).map(Number)
const files = seedFiles(process.argv.slice(5))
const MIB = 2 ** 20
const say = (message: Message) => new Promise<void>((resolve) => process.send?.(message, () => resolve()))

function netOf(bytes: Uint8Array): Net {
  const source: ByteSource = {
    name: 'mutant.tif',
    size: bytes.length,
    revision: 'r',
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
    close: () => Promise.resolve(),
  }
  return { open: () => Promise.resolve(source), readDocument: () => Promise.resolve(undefined), close: () => Promise.resolve() }
}

async function readAll(bytes: Uint8Array): Promise<void> {
  const pool: Pick<Pool, 'decode' | 'warp'> = {
    decode: (layout, stored, _signal, memory) => decodeBlock(layout, stored, memory),
    warp: async (plan, windows) => warpPart(plan, windows),
  }
  const cogs = createCogs({ net: netOf(bytes), pool, memory: 64 * MIB, ttl: 60 })
  const signal = new AbortController().signal
  try {
    const { info } = await cogs.open('mutant.tif', { signal })
    const [a, b] = [apply(info.transform, 0, 0), apply(info.transform, info.width, info.height)]
    const own = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])] as const
    const grid = { width: 128, height: 128, resampling: 'nearest', reproject: 'nearest' } as const
    const options = { signal, trace: newTrace() }
    const readers = { cogs, pool }
    await readAsset(readers, 'mutant.tif', { ...grid, bbox: own, crs: info.crs }, options)
    if (info.crs.unknown !== undefined) return
    const bbox = transformBounds(info.crs, WEB_MERCATOR, own)
    if (!bbox.every(Number.isFinite)) return
    await readAsset(readers, 'mutant.tif', { ...grid, bbox, crs: WEB_MERCATOR, reproject: 'bilinear' }, options)
  } finally {
    await cogs.close()
  }
}

for (let index = first; index < end; index++) {
  const { bytes } = mutant(
    files.map((file) => file.bytes),
    seed,
    index,
  )
  await say({ begin: index })
  const before = process.memoryUsage.rss()
  const highBefore = process.resourceUsage().maxRSS / 1024
  const cpu = process.cpuUsage()
  let outcome: 'read' | 'refused' | 'fault' = 'read'
  let note = ''
  try {
    await readAll(bytes)
  } catch (error) {
    const isOurs = error instanceof SmaltiError && error.status < 500
    outcome = isOurs ? 'refused' : 'fault'
    note = error instanceof Error ? (isOurs ? error.message : (error.stack ?? error.message)) : String(error)
  }
  const used = process.cpuUsage(cpu)
  const high = process.resourceUsage().maxRSS / 1024
  // The peak of the process tells of this file only where this file raised it.
  const peakMiB = high > highBefore ? high - before / MIB : 0
  await say({ done: index, outcome, note, cpuMs: (used.user + used.system) / 1000, peakMiB })
}
process.disconnect?.()
