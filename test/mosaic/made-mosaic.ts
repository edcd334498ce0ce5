import type { MosaicJSON } from '../../src/mosaic/document.ts'
import { memoryStore, type MemoryStore } from '../../src/stores/memory-store.ts'

export const roomy = { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 }

/** A valid document with the given members. */
export function made(members: Record<string, unknown> = {}): MosaicJSON {
  return {
    mosaicjson: '0.0.3',
    version: '1.0.0',
    minzoom: 3,
    maxzoom: 9,
    bounds: [-180, -85, 180, 85],
    tiles: { '012': ['/a.tif'] },
    ...members,
  }
}

export function inMemory(members: Record<string, unknown>): Promise<MemoryStore> {
  return memoryStore(made(members), { cwd: '/work-dir', limits: roomy })
}
