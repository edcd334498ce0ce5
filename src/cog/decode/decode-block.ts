import { SmaltiError, UnreadableAssetError } from '../../errors.ts'
import type { Samples } from '../../raster/raster.ts'
import { freeMemory } from '../../raster/free-memory.ts'
import type { Block } from '../cog.ts'
import { bandsOf } from './bands.ts'
import { cmykToRgba } from './cmyk.ts'
import { decodeForeign } from './foreign.ts'
import { inflate, inflateFrom, inflateStart, unzstd } from './inflate.ts'
import { decodeJpeg, decodeJpegBands } from './jpeg.ts'
import { COMPRESSION, maxStoredBytes, storedRowBytes } from './layout.ts'
import type { BlockLayout } from './layout.ts'
import { decodeLerc } from './lerc.ts'
import { unpackLzw } from './lzw.ts'
import { unpackBits } from './packbits.ts'
import { unpack } from './unpack.ts'
import { decodeWebp } from './webp.ts'

/** Gives an array of its own, or the bytes that it was given. */
type Decompress = (bytes: Uint8Array, layout: BlockLayout) => Uint8Array | Promise<Uint8Array>

/** Stored bytes from compressed ones, by the Compression tag. */
const CODECS: ReadonlyMap<number, Decompress> = new Map<number, Decompress>([
  [COMPRESSION.none, (bytes) => bytes],
  [COMPRESSION.lzw, unpackLzw],
  [COMPRESSION.jpeg, decodeJpeg],
  [COMPRESSION.deflate, inflateBlock],
  [COMPRESSION.oldDeflate, inflateBlock],
  [COMPRESSION.packbits, (bytes, layout) => unpackBits(bytes, storedRowBytes(layout) * layout.height)],
  [COMPRESSION.zstd, (bytes, layout) => unzstd(bytes, maxStoredBytes(layout))],
  [COMPRESSION.webp, decodeWebp],
])

function inflateBlock(bytes: Uint8Array, layout: BlockLayout): Uint8Array {
  const limit = maxStoredBytes(layout)
  if (layout.above === undefined) return inflate(bytes, limit)
  const length = storedRowBytes(layout) * (layout.above + layout.height)
  return layout.restart ? inflateFrom(bytes, layout.restart, length, limit) : inflateStart(bytes, length, limit)
}

const CMYK = 5
/** The bits of each byte the other way round. */
const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let out = 0
  for (let bit = 0; bit < 8; bit++) out |= ((byte >> bit) & 1) << (7 - bit)
  return out
})

/**
 * Decodes one block. No bytes: the block is not stored (sparse) and is filled. Plain data in and out. The bands lie one after the
 * other in `memory`, or where it is not given in memory of their own. Performs no I/O, the bytes are supplied by the caller.
 * @throws UnreadableAssetError where the bytes are corrupt, too few, or more than the block can hold
 */
export async function decodeBlock(layout: BlockLayout, bytes: Uint8Array, memory?: Uint8Array): Promise<Block> {
  const { x, y, width, height } = layout
  try {
    return { x, y, width, height, bands: await decodeBands(layout, bytes, memory) }
  } catch (cause) {
    if (cause instanceof SmaltiError) throw cause
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new UnreadableAssetError(`${layout.name}: the block at ${x}, ${y} cannot be decoded: ${reason}`, { cause })
  }
}

async function decodeBands(layout: BlockLayout, stored: Uint8Array, memory: Uint8Array | undefined): Promise<Samples[]> {
  const bands = bandsOf(layout, memory)
  const bytes = layout.reversed ? stored.map((byte) => REVERSED[byte]) : stored
  if (bytes.length === 0) for (const band of bands) band.fill(layout.fill)
  else if (layout.foreign) unpack(await decodeForeign(bytes, layout, layout.foreign), layout, bands)
  else if (layout.compression === COMPRESSION.lerc) await decodeLerc(bytes, layout, bands)
  else if (layout.compression !== COMPRESSION.jpeg || !decodeJpegBands(bytes, layout, bands))
    await decodeStored(bytes, layout, bands)
  return bands
}

async function decodeStored(bytes: Uint8Array, layout: BlockLayout, bands: readonly Samples[]): Promise<void> {
  const decompress = CODECS.get(layout.compression)
  if (!decompress) throw new Error(`compression ${layout.compression} is not supported`)
  const raw = await decompress(bytes, layout)
  // Rows below the level's edge may be missing: some writers cut the last tiles' and strips' padding.
  const first = storedRowBytes(layout) * (layout.above ?? 0) - (layout.restart?.out ?? 0)
  const end = first + storedRowBytes(layout) * layout.height
  if (raw.length < end) throw new Error(`${raw.length} bytes of ${end}`)
  const kept = raw.subarray(first, end)
  const isInk = layout.photometric === CMYK && layout.samples === 4 && layout.bitsPerSample === 8
  unpack(isInk ? cmykToRgba(kept) : kept, layout, bands)
  if (raw.buffer !== bytes.buffer) freeMemory(raw)
}
