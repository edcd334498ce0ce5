import { readFileSync } from 'node:fs'
import type { Kind } from '../config/values.ts'
import { registerTileMatrixSet, TILE_MATRIX_SETS, tileMatrixSet } from '../grid/tms.ts'
import { parseTileMatrixSet } from '../grid/tms-definition.ts'
import { nearestOf } from './nearest.ts'

/** A tile matrix set: an id that is known, or a definition in a file, which is known from then on. Gives the id. */
export const gridKind: Kind<string> = {
  placeholder: 'ID|FILE',
  parse(text) {
    const id = /\.json$/i.test(text) ? registered(text) : text
    if (TILE_MATRIX_SETS.includes(id)) return id
    const near = nearestOf(id, TILE_MATRIX_SETS)
    throw new Error(`"${id}" is not known; ${near ? `did you mean ${near}?` : `known are ${TILE_MATRIX_SETS.join(', ')}`}`)
  },
}

/** One that mosaics can be made in. */
export const quadtreeKind: Kind<string> = {
  ...gridKind,
  parse(text) {
    const id = gridKind.parse(text)
    if (!tileMatrixSet(id).quadtree) throw new Error(`${id} has no quadkeys, so it can have no mosaics`)
    return id
  },
}

function registered(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`, { cause: error })
  }
  const definition = parseTileMatrixSet(JSON.parse(text))
  registerTileMatrixSet(definition)
  return definition.id
}
