import { SharedWork } from '../cache/shared-work.ts'
import { UnreadableAssetError } from '../errors.ts'
import type { ByteSource, ReadOptions } from '../net/source.ts'
import type { BlockCache } from './block-cache.ts'
import type { BlockRange } from './block-table.ts'
import type { ReadGroup } from './ranges.ts'

interface Readers {
  readonly source: ByteSource
  readonly cache: BlockCache
  readonly onRead: () => void
}

/**
 * One read of the stored bytes of neighbouring blocks, shared by them. It begins when the first of them asks, and stops when none waits
 * any more. The bytes lie in the arena where there is room: nothing to collect, and threads see them without a copy.
 */
export class GroupRead {
  readonly #group: ReadGroup
  readonly #readers: Readers
  readonly #trace: ReadOptions['trace']
  readonly #work = new SharedWork<Uint8Array>()
  #read: Uint8Array | undefined
  #room: Uint8Array | undefined
  /** The blocks that have not said that they are done, and the read while it goes on. */
  #users: number

  constructor(group: ReadGroup, readers: Readers, trace: ReadOptions['trace']) {
    this.#group = group
    this.#readers = readers
    this.#trace = trace
    this.#users = group.members.length
  }

  /** Stored bytes of one of the blocks; they stay until it is {@link done}. */
  async bytes({ offset, length }: BlockRange, signal: AbortSignal): Promise<Uint8Array> {
    const bytes = this.#read ?? (await this.#work.run('', signal, (shared) => this.#readAll(shared)))
    return bytes.subarray(offset - this.#group.offset, offset - this.#group.offset + length)
  }

  /** To be called once by each block, whether it asked or not. */
  done(): void {
    if (--this.#users > 0 || !this.#room) return
    this.#readers.cache.giveBack(this.#room)
    this.#room = undefined
  }

  async #readAll(signal: AbortSignal): Promise<Uint8Array> {
    const { source, cache, onRead } = this.#readers
    const { offset, length } = this.#group
    this.#room ??= cache.takeRoom(length)
    this.#users++
    try {
      const bytes = await source.read(offset, length, { signal, trace: this.#trace, into: this.#room })
      if (bytes.length < length) throw new UnreadableAssetError(`${source.name}: the file ends inside a block`)
      onRead()
      this.#read = bytes
      return bytes
    } finally {
      this.done()
    }
  }
}
