import { ParameterError } from '../errors.ts'

/** A mosaic in an SQLite database. */
export interface SqlitePlace {
  /** As it is written: from the working directory, or absolute. */
  readonly path: string
  /** Name of the mosaic and of the table of its tiles. */
  readonly mosaic: string
}

export const METADATA_TABLE = 'mosaicjson_metadata'
const LONGEST_NAME = 255

/**
 * `sqlite:///mosaics.db:name` is below the working directory, `sqlite:////data/mosaics.db:name` (four slashes) absolute, as
 * cogeo-mosaic and SQLAlchemy write them. The last colon ends the path: others belong to it. @throws ParameterError
 */
export function parseSqlite(address: string): SqlitePlace {
  const [, path = '', mosaic = ''] = /^sqlite:\/\/\/(.+):([^:/]*)$/is.exec(address) ?? []
  if (path === '' || path.endsWith('/'))
    throw wrong('an address is sqlite:///file.db:mosaic, with four slashes if the path is absolute')
  if (!/^[\w.-]+$/.test(mosaic) || mosaic.length > LONGEST_NAME) {
    throw wrong('the name of a mosaic in SQLite has letters, digits, "_", "-" and "." and stands behind the last colon')
  }
  if (mosaic.toLowerCase() === METADATA_TABLE || /^sqlite_/i.test(mosaic))
    throw wrong(`"${mosaic}" is a name that SQLite or the format keeps for itself`)
  return { path, mosaic }
}

export function printSqlite({ path, mosaic }: SqlitePlace): string {
  return `sqlite:///${path}:${mosaic}`
}

function wrong(message: string): ParameterError {
  return new ParameterError('url', `url: ${message}`)
}
