import { type Huffman, readHuffman } from './jpeg-huffman.ts'

/** One component of the frame. */
export interface Component {
  readonly id: number
  /** Blocks of it across and down in one unit of the scan. */
  readonly across: number
  readonly down: number
  /** Number of its quantizer. */
  readonly table: number
}

export interface Frame {
  /** Baseline or extended sequential, Huffman-coded. */
  readonly isSequential: boolean
  readonly bits: number
  readonly width: number
  readonly height: number
  readonly components: readonly Component[]
}

/** What one component of a scan is decoded with. */
export interface ScanComponent extends Component {
  readonly dc: Huffman
  readonly ac: Huffman
  readonly quantizer: Int32Array
}

export interface JpegHeader {
  readonly frame: Frame
  /** Of the first scan; undefined where it does not have all components. */
  readonly scan?: readonly ScanComponent[]
  /** Units between restart markers; 0: none. */
  readonly restart: number
  /** Where the entropy-coded bits begin. */
  readonly start: number
}

interface Tables {
  readonly quantizers: Int32Array[]
  readonly codes: Huffman[]
  restart: number
}

/**
 * Reads what stands in front of the first scan, without decoding.
 * @param shared TIFF's JPEGTables: a stream of tables alone
 * @throws Error where the stream is none, or is cut
 */
export function readJpegHeader(bytes: Uint8Array, shared: Uint8Array | undefined): JpegHeader {
  const tables: Tables = { quantizers: [], codes: [], restart: 0 }
  let frame: Frame | undefined
  if (shared && shared.length > 4) eachSegment(shared, (marker, part) => void readTable(marker, part, tables))
  const start = eachSegment(bytes, (marker, part, end) => {
    if (readTable(marker, part, tables)) return undefined
    if (isFrame(marker)) frame = readFrame(marker, part)
    if (marker !== 0xda) return undefined
    if (!frame) throw new Error('JPEG stream without a frame')
    return { frame, scan: frame.isSequential ? readScan(part, frame, tables) : undefined, restart: tables.restart, start: end }
  })
  if (!start) throw new Error(frame ? 'JPEG stream without a scan' : 'JPEG stream without a frame')
  return start
}

/** Goes through the segments until `visit` gives something. */
function eachSegment<T>(
  bytes: Uint8Array,
  visit: (marker: number, part: Uint8Array, end: number) => T | undefined,
): T | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error('no JPEG stream')
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) throw new Error('JPEG marker expected')
    const marker = bytes[at + 1]
    // Fill bytes may stand before a marker.
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0xd9) return undefined
    const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3])
    if (end > bytes.length) throw new Error('JPEG stream ends inside its header')
    if (end < at + 4) throw new Error('JPEG segment without a length')
    const found = visit(marker, bytes.subarray(at + 4, end), end)
    if (found !== undefined) return found
    at = end
  }
  return undefined
}

function readTable(marker: number, part: Uint8Array, tables: Tables): boolean {
  if (marker === 0xdb) readQuantizers(part, tables.quantizers)
  else if (marker === 0xc4) readHuffman(part, tables.codes)
  else if (marker === 0xdd) tables.restart = (part[0] << 8) | part[1]
  else return false
  return true
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

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function readFrame(marker: number, part: Uint8Array): Frame {
  return {
    isSequential: marker <= 0xc1,
    bits: part[0],
    height: (part[1] << 8) | part[2],
    width: (part[3] << 8) | part[4],
    components: Array.from({ length: part[5] }, (_, i) => ({
      id: part[6 + 3 * i],
      across: part[7 + 3 * i] >> 4,
      down: part[7 + 3 * i] & 15,
      table: part[8 + 3 * i],
    })),
  }
}

function readScan(part: Uint8Array, { components }: Frame, { quantizers, codes }: Tables): ScanComponent[] | undefined {
  if (part[0] !== components.length) return undefined
  return components.map((component, i) => {
    const selector = part[2 + 2 * i]
    const [dc, ac, quantizer] = [codes[selector >> 4], codes[16 + (selector & 15)], quantizers[component.table]]
    if (part[1 + 2 * i] !== component.id || !dc || !ac || !quantizer) throw new Error('JPEG scan without its tables')
    return { ...component, dc, ac, quantizer }
  })
}
