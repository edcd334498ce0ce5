import type { MosaicJSON } from '../../src/mosaic/document.ts'

const KEYS = 3000

/** A mosaic whose every tile and whose members say the version; odd versions have half of the keys. */
export function versionOf(version: number, keys = KEYS): MosaicJSON {
  const tiles: Record<string, string[]> = {}
  for (let i = 0; i < keys; i += 1 + (version % 2)) tiles[i.toString(4).padStart(6, '0')] = [`/v${version}/${i}.tif`]
  return { mosaicjson: '0.0.3', version: `1.0.${version}`, minzoom: 6, maxzoom: 9, bounds: [-180, -85, 180, 85], tiles }
}

/** The version of a mosaic that is whole; a mixture is none. */
export function wholeVersion(mosaic: MosaicJSON, keys = KEYS): number | undefined {
  const version = Number(/\.(\d+)$/.exec(String(mosaic.version))?.[1])
  return JSON.stringify(mosaic.tiles) === JSON.stringify(versionOf(version, keys).tiles) ? version : undefined
}
