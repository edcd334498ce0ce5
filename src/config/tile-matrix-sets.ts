import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseTileMatrixSet, type TileMatrixSetDefinition } from '../grid/tms-definition.ts'

/** The definitions of a folder, one a file `*.json`, in the order of their names. @throws Error that names the file and what is wrong in it */
export function readTileMatrixSets(folder: string): readonly TileMatrixSetDefinition[] {
  const names = namesIn(folder).filter((name) => name.toLowerCase().endsWith('.json'))
  if (names.length === 0) throw new Error(`there is no .json file in ${folder}`)
  return names.toSorted().map((name) => {
    try {
      return parseTileMatrixSet(JSON.parse(readFileSync(join(folder, name), 'utf8')))
    } catch (error) {
      throw new Error(`${join(folder, name)}: ${(error as Error).message}`, { cause: error })
    }
  })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw new Error(`${folder} cannot be read: ${(error as NodeJS.ErrnoException).code}`, { cause: error })
  }
}
