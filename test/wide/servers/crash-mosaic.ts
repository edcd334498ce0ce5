import { quadkey } from '../../../src/grid/quadkey.ts'
import type { MosaicJSON } from '../../../src/mosaic/document.ts'

/** 20,000 keys, whose assets all have the mosaic's name: a mixture is seen. */
export function crashMosaic(name: string): MosaicJSON {
  const tiles: Record<string, string[]> = {}
  for (let i = 0; i < 20_000; i++) tiles[quadkey(i % 200, Math.floor(i / 200), 9)] = [`https://files.example/${name}/${i}.tif`]
  return {
    mosaicjson: '0.0.3',
    name,
    version: '1.0.0',
    minzoom: 9,
    maxzoom: 12,
    quadkey_zoom: 9,
    bounds: [-180, 0, 0, 85],
    tiles,
  }
}
