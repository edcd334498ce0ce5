import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

/** Larger ones make mutations rare where it matters. */
const LARGEST = 64 * 1024

/** The fixtures that GDAL wrote, and the TIFFs of further folders; the same order everywhere. */
export function seedFiles(folders: readonly string[]): { name: string; bytes: Uint8Array }[] {
  const fixtures = fileURLToPath(new URL('../../test/cog/fixtures', import.meta.url))
  return [fixtures, ...folders].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tiff?$/.test(name))
      .toSorted()
      .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }))
      .filter(({ bytes }) => bytes.length > 0 && bytes.length <= LARGEST),
  )
}
