/** Numbers in [0, 1) that follow from a seed alone (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Numbers that programs trip over. */
const ODD = [0, 1, 2, 3, 7, 8, 255, 256, 4095, 32767, 32768, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
/** Directories lie near the start of files that GDAL writes. */
const HEAD = 1024

type Mutation = (bytes: Uint8Array, pick: (below: number) => number, others: readonly Uint8Array[]) => Uint8Array

const MUTATIONS: readonly Mutation[] = [
  // Single bytes: anywhere, or where the header is.
  (bytes, pick) => {
    for (let i = pick(8) + 1; i > 0; i--) bytes[pick(bytes.length)] = pick(256)
    return bytes
  },
  (bytes, pick) => {
    for (let i = pick(8) + 1; i > 0; i--) bytes[pick(Math.min(HEAD, bytes.length))] = pick(256)
    return bytes
  },
  (bytes, pick) => {
    for (let i = pick(4) + 1; i > 0; i--) bytes[pick(bytes.length)] ^= 1 << pick(8)
    return bytes
  },
  // An entry of the first directory, with another tag, type, count or value.
  (bytes, pick) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const little = bytes[0] === 0x49
    const isBig = view.getUint16(2, little) === 43
    if (bytes.length < 64) return bytes
    const at = isBig ? Number(view.getBigUint64(8, little)) : view.getUint32(4, little)
    const [first, size] = isBig ? [8, 20] : [2, 12]
    if (at + first + size > bytes.length) return bytes
    const count = Math.min(64, view.getUint16(at, little) || 16)
    for (let i = pick(3) + 1; i > 0; i--) {
      const entry = at + first + pick(count) * size
      if (entry + size > bytes.length) continue
      const odd = pick(4) === 0 ? pick(2 ** 32) : pick(3) === 0 ? pick(bytes.length + 16) : ODD[pick(ODD.length)]
      const field = pick(8)
      if (field === 0) view.setUint16(entry, 254 + pick(100), little)
      else if (field === 1) view.setUint16(entry + 2, pick(20), little)
      else if (field < 4) view.setUint32(entry + 4, odd, little)
      else if (field < 7 || isBig) view.setUint32(entry + size - 4, odd, little)
      else view.setUint16(entry + 8, odd & 0xffff, little)
    }
    return bytes
  },
  // Cut, or with a part missing, doubled, filled or of another file.
  (bytes, pick) => bytes.slice(0, bytes.length - pick(pick(2) === 0 ? bytes.length : 64)),
  (bytes, pick) => {
    const from = pick(bytes.length)
    const to = Math.min(bytes.length, from + pick(512))
    const out = new Uint8Array(bytes.length - (to - from))
    out.set(bytes.subarray(0, from))
    out.set(bytes.subarray(to), from)
    return out
  },
  (bytes, pick) => {
    const from = pick(bytes.length)
    bytes.copyWithin(pick(bytes.length), from, from + pick(512))
    return bytes
  },
  (bytes, pick) => {
    const from = pick(bytes.length)
    return bytes.fill([0, 0xff, pick(256)][pick(3)], from, from + pick(512))
  },
  (bytes, pick, others) => {
    const other = others[pick(others.length)]
    const from = pick(other.length)
    const part = other.subarray(from, Math.min(other.length, from + pick(2048)))
    const at = pick(bytes.length)
    bytes.set(part.subarray(0, bytes.length - at), at)
    return bytes
  },
]

/** The file of one number: a seed file with one to three mutations. The same seed and index give the same bytes. */
export function mutant(files: readonly Uint8Array[], seed: number, index: number): { bytes: Uint8Array; from: number } {
  const random = randomOf(seed * 1_000_003 + index)
  const pick = (below: number) => Math.floor(random() * below)
  const from = pick(files.length)
  let bytes = files[from].slice()
  // Mostly one: after more of them little of a file is left to read.
  const count = pick(4) === 0 ? 2 + pick(2) : 1
  for (let i = 0; i < count && bytes.length > 0; i++) bytes = MUTATIONS[pick(MUTATIONS.length)](bytes, pick, files).slice()
  return { bytes, from }
}
