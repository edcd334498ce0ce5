import { inflateRawSync } from 'node:zlib'
import type { ColorTable } from './colormap.ts'
import packed from './colormaps.json' with { type: 'json' }

const COLORS = 256

/** All names that rio-tiler knows. Sources and licences: LICENSES.md. */
export const COLORMAP_NAMES: readonly string[] = packed.names

const tables = new Map<string, ColorTable>()
let planes: Uint8Array | undefined

/** @throws RangeError a name that is not in {@link COLORMAP_NAMES}: the schema has checked it */
export function namedTable(name: string): ColorTable {
  const known = tables.get(name)
  if (known) return known
  const index = COLORMAP_NAMES.indexOf(name)
  if (index < 0) throw new RangeError(`no colormap ${name}`)
  planes ??= inflateRawSync(Buffer.from(packed.data, 'base64'))
  const table = unpack(planes.subarray(index * 3 * COLORS, (index + 1) * 3 * COLORS))
  tables.set(name, table)
  return table
}

/** Red, green and blue planes of differences, modulo 256. All colours are opaque. */
function unpack(differences: Uint8Array): ColorTable {
  const table = new Uint32Array(COLORS).fill(0xff000000)
  for (let channel = 0; channel < 3; channel++) {
    let value = 0
    for (let i = 0; i < COLORS; i++) {
      value = (value + differences[channel * COLORS + i]) & 0xff
      table[i] = (table[i] | (value << (8 * channel))) >>> 0
    }
  }
  return table
}
