import type { Database, Statement } from 'better-sqlite3'
import { InvalidMosaicError } from '../errors.ts'
import type { KeyRange } from '../mosaic/key-range.ts'
import type { KeyedTile } from './keyed-store.ts'

/** Bytes of the assets of one key: more is no mosaic. */
const LONGEST = 4 * 1024 * 1024
/** Rows of one statement, which nothing else runs beside: about a millisecond. */
export const PAGE = 500

type Row = [quadkey: unknown, assets: unknown]

/** Statements on the table of a mosaic's tiles, which has an index. */
export class SqliteTiles {
  readonly #name: string
  readonly #page: Statement<[string, string, number], Row>
  readonly #version: Statement<[], number>

  constructor(database: Database, mosaic: string, name: string) {
    this.#name = name
    const assets = `iif(octet_length(assets) > ${LONGEST}, NULL, assets)`
    this.#page = database
      .prepare<[string, string, number], Row>(
        `SELECT quadkey, ${assets} FROM "${mosaic}" WHERE quadkey >= ? AND quadkey < ? ORDER BY quadkey LIMIT ?`,
      )
      .raw()
    this.#version = database.prepare<[], number>('PRAGMA data_version').pluck()
  }

  /** The first PAGE tiles of a range. */
  page({ from, below }: KeyRange): KeyedTile[] {
    return this.#page.all(from, below, PAGE).map(([quadkey, assets]) => tileOf(quadkey, assets, this.#name))
  }

  /** Another after a commit of any other connection. */
  version(): number | undefined {
    return this.#version.get()
  }
}

/** @param name of the mosaic, for messages. @throws InvalidMosaicError */
export function tileOf(quadkey: unknown, text: unknown, name: string): KeyedTile {
  let assets: unknown
  try {
    assets = JSON.parse(String(text))
  } catch {
    assets = undefined
  }
  if (typeof quadkey !== 'string' || !Array.isArray(assets) || !assets.every((asset) => typeof asset === 'string')) {
    throw new InvalidMosaicError(
      `${name}: the assets of ${JSON.stringify(String(quadkey).slice(0, 40))} are not a JSON array of strings`,
    )
  }
  return { quadkey, assets }
}

/** Whether a range of quadkeys is found without reading the whole table: those that cogeo-mosaic writes have no index. */
export function hasIndex(database: Database, mosaic: string): boolean {
  const found = database
    .prepare(
      `SELECT 1 FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info
       WHERE list.partial = 0 AND info.seqno = 0 AND info.name = 'quadkey'`,
    )
    .get(mosaic)
  return found !== undefined
}
