import { mkdir, open, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { BusyError, NotFoundError } from '../errors.ts'
import type { PackedBlock } from './samples-block.ts'

/** Where a finished block lies in the file of blocks: the image, and right behind it the mask. No bytes: nothing valid in it. */
export interface BlockPlace {
  readonly offset: number
  readonly image: number
  readonly mask: number
}

interface Entry extends BlockPlace {
  readonly key: string
  /** Of the image's and the mask's bytes. */
  readonly crc: number
  /** Assets that could not be read. */
  readonly skipped?: readonly string[]
}

/** Blocks between two flushes: a machine that loses its power loses so many. */
const FLUSH_EVERY = 64

/**
 * Finished blocks of an overview that is being made, kept until the file is whole: `blocks` has their bytes, `journal` a line for each,
 * written after them. Whatever ends the process, the next one goes on behind the last whole line.
 */
export class WorkFolder {
  readonly #path: string
  readonly #blocks: FileHandle
  readonly #journal: FileHandle
  readonly #places: Map<string, BlockPlace>
  readonly #skipped: Set<string>
  #end: number
  #writing: Promise<void> = Promise.resolve()
  #unflushed = 0

  private constructor(path: string, files: { blocks: FileHandle; journal: FileHandle }, known: Known) {
    this.#path = path
    this.#blocks = files.blocks
    this.#journal = files.journal
    this.#places = known.places
    this.#skipped = known.skipped
    this.#end = known.blockBytes
  }

  /**
   * Opens the work of before, if it was on the very same thing; else begins anew. @param subject what is being made, as JSON.
   * @throws BusyError while another process is at it
   */
  static async open(path: string, subject: string): Promise<WorkFolder> {
    await makeFolder(path)
    await lock(path)
    const blocks = await open(join(path, 'blocks'), 'a+')
    const journal = await open(join(path, 'journal'), 'a+')
    const known = await readKnown(blocks, await journal.readFile(), subject)
    await blocks.truncate(known.blockBytes)
    await journal.truncate(known.journalBytes)
    if (known.journalBytes === 0) await journal.appendFile(`${subject}\n`)
    return new WorkFolder(path, { blocks, journal }, known)
  }

  /** Blocks that are done, those of this run included. */
  get size(): number {
    return this.#places.size
  }

  get skipped(): readonly string[] {
    return [...this.#skipped]
  }

  place(key: string): BlockPlace | undefined {
    return this.#places.get(key)
  }

  /** Keeps a block; undefined: there is nothing valid in it. */
  put(key: string, packed: PackedBlock | undefined, skipped: readonly string[] = []): Promise<void> {
    // One after the other: the offset of the next one is the end of this one.
    const before = this.#writing
    this.#writing = (async () => {
      await before
      await this.#append(key, packed, skipped)
    })()
    return this.#writing
  }

  async #append(key: string, packed: PackedBlock | undefined, skipped: readonly string[]): Promise<void> {
    const image = packed?.image ?? NOTHING
    const mask = packed?.mask ?? NOTHING
    const place = { offset: this.#end, image: image.length, mask: mask.length }
    if (packed) await this.#blocks.appendFile(Buffer.concat([image, mask]))
    const entry: Entry = { key, ...place, crc: crc32(mask, crc32(image)), ...(skipped.length > 0 && { skipped }) }
    if (++this.#unflushed === FLUSH_EVERY) {
      await this.#blocks.datasync()
      this.#unflushed = 0
    }
    await this.#journal.appendFile(`${JSON.stringify(entry)}\n`)
    this.#end += image.length + mask.length
    this.#places.set(key, place)
    for (const asset of skipped) this.#skipped.add(asset)
  }

  async read({ offset, image, mask }: BlockPlace): Promise<PackedBlock> {
    const bytes = await this.bytesAt(offset, image + mask)
    return { image: bytes.subarray(0, image), mask: bytes.subarray(image) }
  }

  /** Of the file of blocks. */
  async bytesAt(offset: number, length: number): Promise<Uint8Array> {
    return bytesOf(this.#blocks, offset, length)
  }

  /** @param remove its work is done: nothing of it is needed any more */
  async close({ remove }: { readonly remove: boolean }): Promise<void> {
    await this.#writing.catch(() => undefined)
    await this.#blocks.close()
    await this.#journal.close()
    await rm(remove ? this.#path : join(this.#path, 'lock'), { recursive: true, force: true })
  }
}

const NOTHING = new Uint8Array()

interface Known {
  readonly places: Map<string, BlockPlace>
  readonly skipped: Set<string>
  readonly blockBytes: number
  readonly journalBytes: number
}

/** What of the journal holds: its whole lines, as far as the blocks have the bytes that they say. */
async function readKnown(blocks: FileHandle, journal: Uint8Array, subject: string): Promise<Known> {
  const known: { -readonly [Member in keyof Known]: Known[Member] } = {
    places: new Map(),
    skipped: new Set(),
    blockBytes: 0,
    journalBytes: 0,
  }
  const text = Buffer.from(journal)
  let from = 0
  for (let to = text.indexOf('\n'); to !== -1; from = to + 1, to = text.indexOf('\n', from)) {
    const line = text.toString('utf8', from, to)
    if (from === 0) {
      if (line !== subject) return known
    } else {
      const entry = parsed(line)
      const bytes = new Uint8Array(entry ? entry.image + entry.mask : 0)
      if (
        !entry ||
        entry.offset !== known.blockBytes ||
        !(await readExactly(blocks, bytes, entry.offset)) ||
        crc32(bytes) !== entry.crc
      )
        break
      known.places.set(entry.key, entry)
      for (const asset of entry.skipped ?? []) known.skipped.add(asset)
      known.blockBytes += bytes.length
    }
    known.journalBytes = to + 1
  }
  return known
}

/** undefined: the line was torn when the power went. */
function parsed(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry
  } catch {
    return undefined
  }
}

/** @throws Error where the file ends before */
export async function bytesOf(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  if (!(await readExactly(file, bytes, offset))) throw new Error('the file of blocks has been cut')
  return bytes
}

/** False where the file ends before. */
async function readExactly(file: FileHandle, bytes: Uint8Array, position: number): Promise<boolean> {
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done)
    if (bytesRead === 0) return false
    done += bytesRead
  }
  return true
}

/** @throws NotFoundError where the folder that it is to lie in is not there */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new NotFoundError(`${dirname(path)} is not a folder, so nothing can be written there`)
    if (code !== 'EEXIST') throw error
  }
}

/** One process at a time. The lock of one that was killed is no lock. */
async function lock(path: string): Promise<void> {
  const file = join(path, 'lock')
  const owner = Number(await readFile(file, 'utf8').catch(() => ''))
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new BusyError(`another process (${owner}) is making this overview`)
  }
  await writeFile(file, String(process.pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
