import { SmaltiError, WithheldError } from '../errors.ts'
import type { MosaicInfo, MosaicJSON } from '../mosaic/document.ts'
import { withoutPlaces } from '../mosaic/hidden-places.ts'
import { printRegistered, type RegisteredMosaic } from '../mosaic/registered.ts'
import type { TileBox } from '../mosaic/tile-box.ts'
import type { MosaicStore, Revision, SearchOptions, WriteOptions } from './store.ts'

/** A mosaic under its registered name: titled by the operator where the document has no title, and silent about where it lies. */
export class RegisteredStore implements MosaicStore {
  readonly info: MosaicInfo
  readonly amend?: MosaicStore['amend']
  readonly #store: MosaicStore
  readonly #mosaic: RegisteredMosaic

  constructor(store: MosaicStore, mosaic: RegisteredMosaic) {
    this.#store = store
    this.#mosaic = mosaic
    const { info } = store
    // Mosaics in databases go by the end of their address, which is not for clients.
    const name = info.name !== undefined && mosaic.address.endsWith(info.name) ? undefined : info.name
    this.info = {
      ...info,
      name: name ?? mosaic.title ?? mosaic.name,
      description: info.description ?? mosaic.description,
      attribution: info.attribution ?? mosaic.attribution,
    }
    if (store.amend)
      this.amend = (quadkeys, amendment) => this.#silent(store.amend?.(quadkeys, amendment) ?? Promise.resolve(undefined))
  }

  get revision(): string {
    return this.#store.revision
  }

  get bytes(): number {
    return this.#store.bytes
  }

  assetsFor(prefixes: readonly string[], options: SearchOptions): Promise<readonly string[]> {
    return this.#silent(this.#store.assetsFor(prefixes, options))
  }

  assetsIn(box: TileBox, options: SearchOptions): Promise<readonly string[]> {
    return this.#silent(this.#store.assetsIn(box, options))
  }

  async *quadkeys(): AsyncGenerator<string> {
    try {
      yield* this.#store.quadkeys()
    } catch (error) {
      throw withoutAddress(error, this.#mosaic)
    }
  }

  async *entries(): AsyncGenerator<readonly [quadkey: string, assets: readonly string[]]> {
    try {
      yield* this.#store.entries()
    } catch (error) {
      throw withoutAddress(error, this.#mosaic)
    }
  }

  resolve(href: string): Promise<string> {
    return this.#silent(this.#store.resolve(href))
  }

  document(): Promise<MosaicJSON> {
    return this.#silent(this.#store.document())
  }

  write(mosaic: MosaicJSON, options: WriteOptions): Promise<Revision> {
    return this.#silent(this.#store.write(mosaic, options))
  }

  delete(...options: Parameters<MosaicStore['delete']>): Promise<void> {
    return this.#silent(this.#store.delete(...options))
  }

  #silent<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      throw withoutAddress(error, this.#mosaic)
    })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  NOT_FOUND: 'its document is not there',
  NOT_ALLOWED: 'its document may not be read',
  UPSTREAM_UNAUTHORIZED: 'the server that holds its document wants other credentials',
}

/** The same error without the address, which is the operator's. What ends as 5xx says nothing to clients anyway. */
export function withoutAddress(error: unknown, mosaic: RegisteredMosaic): unknown {
  if (!(error instanceof SmaltiError) || error.status >= 500 || error instanceof WithheldError) return error
  const name = printRegistered(mosaic)
  const reason = REASONS[error.code] ?? withoutPlaces(error.message.replaceAll(mosaic.address, name))
  return new WithheldError(error, `${name}: ${reason}`)
}
