import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crsFromEpsg, WGS84 } from '../../src/grid/crs.ts'
import { transformBounds } from '../../src/grid/transformer.ts'
import { writeCog } from '../fixtures/cog-writer.ts'
import { LATITUDE_LIMIT, mosaicOf } from '../fixtures/mosaic-document.ts'
import { ellipseMask, UTM_PIECES, worldPieces } from './pieces.ts'
import type { Piece } from './pieces.ts'
import { readWorld, resample } from './world-picture.ts'

/** Writes blue-marble.json and its assets into `folder`: 32 pieces of the world and five UTM ellipses on top. */
export async function makeBlueMarble(folder: string, picture: string): Promise<void> {
  const world = await readWorld(picture)
  const pieces = [...UTM_PIECES, ...worldPieces(world, 8, 4)]
  await mkdir(join(folder, 'blue-marble'))
  for (const piece of pieces) {
    const bands = resample(world, piece, (length) => new Uint8Array(length))
    const mask = piece.ellipse ? ellipseMask(piece) : undefined
    const { epsg, compression } = piece
    const predictor = compression === 'deflate' ? 2 : 1
    const options = { ...piece, bands, mask, crs: { epsg }, compression, predictor, quality: 90, overviews: 4 } as const
    await writeCog(join(folder, 'blue-marble', piece.file), options)
  }
  await writeDocument(folder, 'blue-marble', pieces, {
    name: 'Blue Marble',
    description: 'The world in 37 Cloud Optimized GeoTIFFs, cut by scripts/demo from a picture of 4096 x 2048 pixels.',
    attribution: 'NASA Visible Earth, Blue Marble (public domain)',
    maxzoom: 4,
  })
}

/** The picture's grey levels are 0 to 6400 m; 0 is sea. */
const METRES_A_LEVEL = 6400 / 255
const metres = (level: number): number => level * METRES_A_LEVEL
const SEA = { int16: -32768, float32: -9999 } as const

/** Writes elevation.json and its assets into `folder`: 8 pieces, int16 and float32 by turns, the sea nodata. */
export async function makeElevation(folder: string, picture: string): Promise<void> {
  const world = await readWorld(picture)
  const pieces = worldPieces(world, 4, 2, ['deflate', 'zstd', 'lzw'])
  await mkdir(join(folder, 'elevation'))
  for (const [index, piece] of pieces.entries()) {
    const isFloat = index % 2 === 0
    const nodata = isFloat ? SEA.float32 : SEA.int16
    const make = (length: number) => (isFloat ? new Float32Array(length) : new Int16Array(length))
    const bands = resample<Float32Array | Int16Array>(world, piece, make, { value: metres, hole: { sample: 0, fill: nodata } })
    const predictor = isFloat ? 3 : 2
    const options = { ...piece, bands, nodata, crs: { epsg: piece.epsg }, predictor, overviews: 4, sparse: true } as const
    await writeCog(join(folder, 'elevation', piece.file), options)
  }
  await writeDocument(folder, 'elevation', pieces, {
    name: 'Elevation',
    description: 'Height of the land in metres, roughly (grey levels of 25 m); the sea is nodata. int16 and float32.',
    attribution: 'NASA Visible Earth, topography (public domain)',
    maxzoom: 3,
  })
}

async function writeDocument(
  folder: string,
  name: string,
  pieces: readonly Piece[],
  members: { name: string; description: string; attribution: string; maxzoom: number },
): Promise<void> {
  const document = mosaicOf(
    pieces.map(({ file, epsg, width, height, transform: [a, , c, , e, f] }) => ({
      asset: `${name}/${file}`,
      bounds: transformBounds(crsFromEpsg(epsg) ?? WGS84, WGS84, [c, f + e * height, c + a * width, f]),
    })),
    { ...members, minzoom: 0, quadkeyZoom: 3, bounds: [-180, -LATITUDE_LIMIT, 180, LATITUDE_LIMIT] },
  )
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(document, undefined, 1)}\n`)
}
