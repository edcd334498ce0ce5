import { EntropyBits, type Huffman, type ScanComponent } from './jpeg-entropy.ts'
import { widenBlock } from './widening-idct.ts'

/**
 * Chroma of a JPEG stream that stores it at half the resolution, brought to the whole as IJG's libjpeg does since version 7, which GDAL
 * has in rasterio's wheels: every 8 x 8 block of coefficients is transformed back to 16 x 16 samples. libjpeg-turbo, which sharp has,
 * smooths between neighbours instead: up to 60 levels off at edges of color.
 */
export interface Chroma {
  readonly blue: Uint8Array
  readonly red: Uint8Array
  /** Samples of a row of both; a multiple of 16. */
  readonly stride: number
}

interface Component {
  readonly id: number
  readonly sampling: number
  readonly table: number
}

const SIDE = 16
/** undefined: the stream is of another kind (other sampling, progressive, arithmetic). @throws Error where it is corrupt */
export function halfChroma(bytes: Uint8Array): Chroma | undefined {
  const quantizers: Int32Array[] = []
  const tables: Huffman[] = []
  let components: Component[] = []
  let [width, height, restart] = [0, 0, 0]
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) throw new Error('JPEG marker expected')
    const marker = bytes[at + 1]
    if (marker === 0xff) {
      at++
      continue
    }
    const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3])
    if (end > bytes.length) throw new Error('JPEG stream ends inside its header')
    const part = bytes.subarray(at + 4, end)
    if (marker === 0xdb) readQuantizers(part, quantizers)
    else if (marker === 0xc4) readTables(part, tables)
    else if (marker === 0xdd) restart = (part[0] << 8) | part[1]
    else if (marker === 0xc0 || marker === 0xc1) {
      height = (part[1] << 8) | part[2]
      width = (part[3] << 8) | part[4]
      components = Array.from({ length: part[5] }, (_, i) => ({
        id: part[6 + 3 * i],
        sampling: part[7 + 3 * i],
        table: part[8 + 3 * i],
      }))
      if (part[0] !== 8 || components.map(({ sampling }) => sampling).join() !== '34,17,17') return undefined
    } else if (marker >= 0xc2 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) return undefined
    else if (marker === 0xda) {
      if (part[0] !== 3 || components.length !== 3) return undefined
      const scan = components.map(({ id, table }, i) => {
        const selector = part[2 + 2 * i]
        const [dc, ac, quantizer] = [tables[selector >> 4], tables[16 + (selector & 15)], quantizers[table]]
        if (part[1 + 2 * i] !== id || !dc || !ac || !quantizer) throw new Error('JPEG scan without its tables')
        return { dc, ac, quantizer }
      })
      return decodeScan(bytes, end, scan, { across: Math.ceil(width / SIDE), down: Math.ceil(height / SIDE), restart })
    }
    at = end
  }
  throw new Error('JPEG stream without a scan')
}

function readQuantizers(part: Uint8Array, quantizers: Int32Array[]): void {
  for (let at = 0; at < part.length;) {
    const wide = part[at] >> 4 !== 0
    const from = at + 1
    quantizers[part[at] & 15] = Int32Array.from({ length: 64 }, (_, i) =>
      wide ? (part[from + 2 * i] << 8) | part[from + 2 * i + 1] : part[from + i],
    )
    at = from + (wide ? 128 : 64)
  }
}

/** DC tables at 0, AC tables at 16. */
function readTables(part: Uint8Array, tables: Huffman[]): void {
  for (let at = 0; at + 17 <= part.length;) {
    const counts = part.subarray(at + 1, at + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const symbols = part.slice(at + 17, at + 17 + total)
    const short = new Uint16Array(256)
    const greatest = new Int32Array(18).fill(-1)
    const shift = new Int32Array(18)
    let [code, place] = [0, 0]
    for (let length = 1; length <= 16; length++) {
      shift[length] = place - code
      for (let i = 0; i < counts[length - 1]; i++, code++, place++) {
        if (length > 8) continue
        const first = code << (8 - length)
        short.fill((length << 8) | symbols[place], first, first + (1 << (8 - length)))
      }
      if (counts[length - 1] > 0) greatest[length] = code - 1
      code <<= 1
    }
    tables[(part[at] >> 4) * 16 + (part[at] & 15)] = { short, greatest, shift, symbols }
    at += 17 + total
  }
}

function decodeScan(
  bytes: Uint8Array,
  start: number,
  [luma, ...others]: readonly ScanComponent[],
  { across, down, restart }: { across: number; down: number; restart: number },
): Chroma {
  const stride = across * SIDE
  const planes = [new Uint8Array(stride * down * SIDE), new Uint8Array(stride * down * SIDE)]
  const bits = new EntropyBits(bytes, start)
  const block = new Int32Array(64)
  const half = new Int32Array(SIDE * 8)
  const samples = new Int32Array(SIDE * SIDE)
  const before = [0, 0]
  const flat = new Map<number, number>()
  for (let mcu = 0; mcu < across * down; mcu++) {
    if (restart > 0 && mcu > 0 && mcu % restart === 0) {
      bits.restart()
      before.fill(0)
    }
    for (let i = 0; i < 4; i++) bits.skipBlock(luma)
    const to = Math.floor(mcu / across) * SIDE * stride + (mcu % across) * SIDE
    for (let plane = 0; plane < 2; plane++) {
      block.fill(0)
      before[plane] += bits.readBlock(others[plane], block)
      block[0] = before[plane] * others[plane].quantizer[0]
      const target = planes[plane]
      if (bits.isFlat) {
        // All samples of such a block are one, by its only coefficient.
        let sample = flat.get(block[0])
        if (sample === undefined) {
          widenBlock(block, half, samples)
          sample = Math.min(255, Math.max(0, samples[0] + 128))
          flat.set(block[0], sample)
        }
        for (let row = to, end = to + SIDE * stride; row < end; row += stride) target.fill(sample, row, row + SIDE)
        continue
      }
      widenBlock(block, half, samples)
      for (let y = 0, i = 0; y < SIDE; y++) {
        for (let x = 0, at = to + y * stride; x < SIDE; x++) {
          const sample = samples[i++] + 128
          target[at++] = sample < 0 ? 0 : sample > 255 ? 255 : sample
        }
      }
    }
  }
  return { blue: planes[0], red: planes[1], stride }
}
