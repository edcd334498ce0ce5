import { ChangedError, UpstreamError } from '../errors.ts'
import { type ObjectPlace, printObject } from './object-address.ts'
import { type ObjectService, within } from './objects.ts'
import type { ByteSource, ReadOptions } from './source.ts'

interface Pin {
  readonly size: number
  readonly revision: string
}

/** An object in a bucket, read by ranges. Pinned by the ETag or generation of the first reply. */
export class ObjectSource implements ByteSource {
  readonly name: string
  readonly #place: ObjectPlace
  readonly #service: () => Promise<ObjectService>
  readonly #totalMs: number
  #pin: Pin | undefined

  constructor(place: ObjectPlace, service: () => Promise<ObjectService>, totalMs: number) {
    this.name = printObject(place)
    this.#place = place
    this.#service = service
    this.#totalMs = totalMs
  }

  get size(): number | undefined {
    return this.#pin?.size
  }

  get revision(): string | undefined {
    return this.#pin?.revision
  }

  async read(offset: number, length: number, { signal, trace }: ReadOptions = {}): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.#pin?.size ?? Infinity)
    if (end <= offset) return new Uint8Array(0)
    const service = await this.#service()
    if (trace) trace.reads++
    const part = await within(this.name, this.#totalMs, signal, (limited) =>
      service.readRange(this.#place, { offset, end, revision: this.#pin?.revision }, limited),
    )
    if (!part) {
      if (this.#pin) throw new ChangedError(`${this.name} changed while it was being read`)
      if (offset === 0) this.#pin = { size: 0, revision: 'empty' }
      return new Uint8Array(0)
    }
    const { bytes, size, revision } = part
    if (trace) trace.bytesRead += bytes.length
    this.#pin ??= { size, revision }
    if (this.#pin.revision !== revision || this.#pin.size !== size) {
      throw new ChangedError(`${this.name} changed while it was being read`)
    }
    if (bytes.length !== Math.min(end, size) - offset) {
      throw new UpstreamError(
        `${this.name}: the service sent ${bytes.length} bytes of the ${Math.min(end, size) - offset} asked for`,
      )
    }
    return bytes
  }

  /** Connections belong to the service. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}
