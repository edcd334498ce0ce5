import { createHash } from 'node:crypto'

import { createCogs } from '../../src/cog/cogs.ts'
import type { Cogs, CogsOptions } from '../../src/cog/cogs.ts'
import type { Cog } from '../../src/cog/cog.ts'
import { decodeBlock } from '../../src/cog/decode/decode-block.ts'
import { findRestarts, restartsBytes } from '../../src/cog/decode/restarts.ts'
import type { BlockLayout } from '../../src/cog/decode/layout.ts'
import { ChangedError, NotFoundError } from '../../src/errors.ts'
import type { ByteSource, Net, ReadOptions } from '../../src/net/source.ts'
import { samplesOf } from '../../src/raster/raster.ts'
import type { Samples } from '../../src/raster/raster.ts'

/** A read that has been asked for. */
export interface Read {
  readonly href: string
  readonly offset: number
  readonly length: number
}

/** Files in memory behind the interface of net/, which counts what is opened, read and closed. */
export class MemoryNet implements Net {
  readonly files = new Map<string, Uint8Array>()
  readonly reads: Read[] = []
  opened = 0
  closed = 0
  /** Awaited before each read answers. */
  gate: (read: Read, signal?: AbortSignal) => Promise<void> = () => Promise.resolve()

  constructor(files: Readonly<Record<string, Uint8Array>> = {}) {
    for (const [href, bytes] of Object.entries(files)) this.files.set(href, bytes)
  }

  open(href: string): Promise<ByteSource> {
    const bytes = this.files.get(href)
    if (!bytes) return Promise.reject(new NotFoundError(`${href} was not found`))
    this.opened++
    const revision = createHash('md5').update(bytes).digest('hex')
    return Promise.resolve({
      name: href,
      size: bytes.length,
      revision,
      read: async (offset: number, length: number, { signal, trace }: ReadOptions = {}) => {
        const read = { href, offset, length }
        this.reads.push(read)
        await this.gate(read, signal)
        signal?.throwIfAborted()
        if (this.files.get(href) !== bytes) throw new ChangedError(`${href} changed while it was being read`)
        if (trace) trace.reads++
        return bytes.slice(offset, offset + length)
      },
      close: () => {
        this.closed++
        return Promise.resolve()
      },
    })
  }

  readDocument(): Promise<undefined> {
    throw new Error('not a net for documents')
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** Cogs over a net, decoding in line. `decoded` lists the blocks that were decoded, `tables` those whose restarts were looked for. */
export function cogsOver(net: Net, options: Partial<CogsOptions> = {}): Cogs & { decoded: BlockLayout[]; tables: BlockLayout[] } {
  const decoded: BlockLayout[] = []
  const tables: BlockLayout[] = []
  const pool = {
    decode: (layout: BlockLayout, bytes: Uint8Array, _signal?: AbortSignal, memory?: Uint8Array) => {
      decoded.push(layout)
      return decodeBlock(layout, bytes, memory)
    },
    restarts: async (layout: BlockLayout, bytes: Uint8Array, _signal?: AbortSignal, memory?: Uint8Array) => {
      tables.push(layout)
      const table = memory ?? new Uint8Array(restartsBytes(layout))
      findRestarts(bytes, layout, table)
      return table
    },
  }
  return { ...createCogs({ net, pool, memory: 32_000_000, ttl: 60, ...options }), decoded, tables }
}

/** One file in memory, opened. */
export function openBytes(bytes: Uint8Array): Promise<Cog> {
  return cogsOver(new MemoryNet({ 'file.tif': bytes })).open('file.tif', {})
}

export interface Level {
  readonly width: number
  readonly height: number
  readonly bands: readonly Samples[]
  readonly mask?: Uint8Array
}

/** A whole level, put together from its blocks. */
export async function readLevel(cog: Cog, level = 0): Promise<Level> {
  const { width, height } = level === 0 ? cog.info : cog.info.overviews[level - 1]
  const bands = Array.from({ length: cog.info.bandCount }, () => samplesOf(cog.info.dtype, width * height))
  const mask = cog.info.hasMask ? new Uint8Array(width * height) : undefined
  const { blocks } = await cog.readWindow(level, { x: 0, y: 0, width, height }, {})
  for (const block of blocks) {
    for (let row = 0; row < block.height; row++) {
      const [from, to] = [row * block.width, (block.y + row) * width + block.x]
      for (const [band, samples] of block.bands.entries()) {
        if (samples) bands[band].set(samples.subarray(from, from + block.width), to)
      }
      if (mask && block.mask) mask.set(block.mask.subarray(from, from + block.width), to)
    }
  }
  return { width, height, bands, mask }
}
