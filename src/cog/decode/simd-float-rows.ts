import { CODE, simdModule } from '../../raster/simd-module.ts'

const { get, set, tee, add, less, loop, branchIf, end, load, store, shuffle, addBytes } = CODE
const SIXTEEN = [CODE.const, 16]
const places = (of: (i: number) => number) => Array.from({ length: 16 }, (_, i) => of(i))

/** sum(at, end): each byte becomes the sum of all up to it. Sixteen at a time by doubling, and what came before. */
function sumCode() {
  const [at, last, value, before, zero] = [0, 1, 2, 3, 4]
  const shifted = (by: number) => shuffle(places((i) => (i < by ? 0 : 16 + i - by)))
  return [
    loop,
    [get, at, get, at, load, set, value].flat(),
    [1, 2, 4, 8].flatMap((by) => [get, zero, get, value, shifted(by), get, value, addBytes, set, value].flat()),
    [get, value, get, before, addBytes, tee, value, store()].flat(),
    [get, value, get, value, shuffle(places(() => 15)), set, before].flat(),
    [get, at, SIXTEEN, add, tee, at, get, last, less, branchIf, 0, end].flat(),
  ]
}

/** Lanes of two vectors in turns, by bytes and by pairs of them: from 0 on of their first halves, from 8 on of their second ones. */
const bytesInTurns = (from: number) => shuffle(places((i) => from + (i >> 1) + 16 * (i & 1)))
const pairsInTurns = (from: number) => shuffle(places((i) => from + 2 * (i >> 2) + (i & 1) + 16 * ((i >> 1) & 1)))

/** join(at, length, to, end): 32-bit words of the bytes at `at`, which are the most significant, and 1, 2 and 3 lengths behind it. */
function joinCode() {
  const [at, length, to, last, a, b, c, d, low, high] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  const loaded = (lengths: number) => [get, at, Array.from({ length: lengths }, () => [get, length, add]).flat(), load].flat()
  const half = (from: number, offset: number) =>
    [
      [get, d, get, c, bytesInTurns(from), set, low, get, b, get, a, bytesInTurns(from), set, high],
      [get, to, get, low, get, high, pairsInTurns(0), store(offset)],
      [get, to, get, low, get, high, pairsInTurns(8), store(offset + 16)],
    ].flat(2)
  return [
    loop,
    [loaded(0), set, a, loaded(1), set, b, loaded(2), set, c, loaded(3), set, d].flat(),
    half(0, 0),
    half(8, 32),
    // One byte of LEB128 is signed: no more than 63.
    [get, to, SIXTEEN, add, SIXTEEN, add, SIXTEEN, add, SIXTEEN, add, set, to].flat(),
    [get, at, SIXTEEN, add, tee, at, get, last, less, branchIf, 0, end].flat(),
  ]
}

function makeRows() {
  const { memory, functions } = simdModule([
    { name: 'sum', integers: 2, vectors: 3, code: sumCode() },
    { name: 'join', integers: 4, vectors: 6, code: joinCode() },
  ])
  return { ...functions, bytes: new Uint8Array(memory.buffer), words: new Uint32Array(memory.buffer) }
}

let made: ReturnType<typeof makeRows> | undefined

/** Words of a row that has room in the memory of one page, beside what it becomes. */
const MOST_WORDS = 8192

/** Whether {@link simdFloatRow} takes rows of so many words. */
export function suitsSimd(rowWords: number): boolean {
  return rowWords % 16 === 0 && rowWords <= MOST_WORDS
}

/**
 * Undoes the floating point predictor of one row of single 32-bit samples, sixteen bytes at a time: 512 x 512 take 0.3 instead of 1.3 ms.
 * @param words where the first samples of the row go
 */
export function simdFloatRow(source: Uint8Array, row: number, rowWords: number, words: Uint32Array): void {
  const memory = (made ??= makeRows())
  const bytes = 4 * rowWords
  memory.bytes.set(source.subarray(row, row + bytes))
  memory.sum(0, bytes)
  memory.join(0, rowWords, bytes, rowWords)
  words.set(memory.words.subarray(rowWords, rowWords + words.length))
}
