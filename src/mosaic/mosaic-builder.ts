import { InvalidMosaicError, TooLargeError } from '../errors.ts'
import type { MosaicInfo } from './document.ts'
import { IndexBuilder } from './index-builder.ts'
import { mosaicInfoOf } from './members.ts'
import type { ParsedMosaic, ParseLimits } from './parse.ts'
import { checkKey } from './quadkeys.ts'

/** Makes a mosaic in memory of what is no document: rows of a table, items of a search. */
export class MosaicBuilder {
  readonly info: MosaicInfo
  readonly #index = new IndexBuilder()
  readonly #memory: number

  /** @throws InvalidMosaicError naming the member */
  constructor(members: Readonly<Record<string, unknown>>, limits: Pick<ParseLimits, 'memory'>) {
    this.info = mosaicInfoOf(members)
    this.#memory = limits.memory
  }

  /** @throws InvalidMosaicError for what is no quadkey of the mosaic's zoom; TooLargeError */
  add(quadkey: string, assets: readonly string[]): void {
    checkKey(quadkey, this.info.quadkeyZoom)
    this.#index.addKey(quadkey)
    for (const asset of assets) {
      if (typeof asset !== 'string') throw new InvalidMosaicError(`tiles: the assets of "${quadkey}" must be strings`)
      const text = Buffer.from(asset)
      this.#index.addAsset(text, 0, text.length)
    }
    if (this.#index.keptBytes > this.#memory) {
      throw new TooLargeError(`the mosaic does not fit into the ${this.#memory} bytes for mosaics`, '--mosaic-memory')
    }
  }

  finish(): ParsedMosaic {
    return { info: this.info, index: this.#index.finish(this.info.quadkeyZoom) }
  }
}
