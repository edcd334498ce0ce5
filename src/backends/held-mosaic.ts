import { NotWritableError } from '../errors.ts'
import type { MosaicInfo, MosaicJSON } from '../mosaic/document.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import { addressesBeside, type AssetAddresses } from '../stores/asset-addresses.ts'
import type { StoreContext, StoreKind } from '../stores/kind.ts'
import { memoryStore } from '../stores/memory-store.ts'
import type { MosaicStore } from '../stores/store.ts'

/** The mosaic that a backend stands for: what lies at its address, or what was given and is not stored yet. */
export class HeldMosaic {
  readonly given: MosaicJSON | undefined
  readonly #kind: StoreKind
  readonly #address: string
  readonly #context: StoreContext
  #store: MosaicStore | undefined
  #opening: Promise<MosaicStore> | undefined
  #isWritten = false

  constructor(kind: StoreKind, address: string, context: StoreContext, given: MosaicJSON | undefined) {
    this.#kind = kind
    this.#address = address
    this.#context = context
    this.given = given
  }

  /** undefined before it has been read. */
  get store(): MosaicStore | undefined {
    return this.#store
  }

  /** @throws Error before it has been read */
  get info(): MosaicInfo {
    if (this.#store) return this.#store.info
    if (this.given) return mosaicInfoOf(this.given)
    throw new Error('the mosaic has not been read yet: await MosaicBackend(address), or open()')
  }

  /** Whether what is here is what lies at the address. */
  get isStored(): boolean {
    return this.#store !== undefined && (!this.given || this.#isWritten)
  }

  /** Whether there is a place at all that it could be kept in. */
  get isKept(): boolean {
    return this.#kind.keeps ?? true
  }

  /** Path of the document on this machine, if it lies here. */
  get localPath(): string | undefined {
    return this.#kind.localPath?.(this.#address, this.#context.cwd)
  }

  /** What stores it. @throws NotWritableError */
  checkWritable(): NonNullable<StoreKind['create']> {
    const { create, name } = this.#kind
    if (!create) throw new NotWritableError(`${name}: a mosaic there is only read`)
    return create
  }

  /** Reads it once. @throws SmaltiError */
  opened(): Promise<MosaicStore> {
    this.#opening ??= this.#load().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  /** What lies at the address now. @throws SmaltiError */
  async read(): Promise<MosaicStore> {
    const store = await this.#kind.open(this.#address, this.#context, {})
    if (!store) throw new Error('a mosaic that nobody knew is unchanged')
    return store
  }

  /** After a write: what lies at the address now, with its revision. A mosaic without a place is only replaced by `mosaic`. */
  async reopen(mosaic: () => MosaicJSON): Promise<void> {
    this.#store = this.isKept
      ? await this.#kind.open(this.#address, this.#context, {})
      : await memoryStore(mosaic(), this.#context, this.#addresses())
    this.#isWritten = this.isKept
    this.#opening = this.#store && Promise.resolve(this.#store)
  }

  async #load(): Promise<MosaicStore> {
    this.#store = this.given ? await memoryStore(this.given, this.#context, this.#addresses()) : await this.read()
    return this.#store
  }

  #addresses(): AssetAddresses {
    return addressesBeside(this.#address, this.localPath, this.#context)
  }
}
