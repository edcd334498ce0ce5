import { MosaicBackend } from '../backends/mosaic-backend.ts'
import { InvalidMosaicError } from '../errors.ts'
import { WGS84 } from '../grid/crs.ts'
import { quadkeyToTile } from '../grid/quadkey.ts'
import { tileBounds, type TileMatrixSet, tileMatrixSet } from '../grid/tms.ts'
import { transformer } from '../grid/transformer.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import { command, MisuseError } from './command.ts'
import { credentials, tms } from './common-flags.ts'
import { EXIT } from './exit-codes.ts'
import { switchFlag } from './flag.ts'

export const toGeojson = command({
  about: "Prints a mosaic's tiles as GeoJSON features, each with the images that the document lists for it.",
  arguments: [{ name: 'ADDRESS', about: 'the mosaic' }],
  flags: {
    collect: switchFlag('one FeatureCollection'),
    features: switchFlag('one feature a line (the default)'),
    tms,
    credentials,
  },
  examples: [['smalti to-geojson mosaic.json --collect > tiles.geojson', 'to look at it on a map']],
  async run({ flags: { collect, features, ...flags }, words: [address], terminal }) {
    if (collect && features) throw new MisuseError('--collect and --features do not go together')
    await using mosaic = await MosaicBackend(address, { credentials: flags.credentials, cwd: terminal.cwd })
    const document = await mosaic.document()
    const grid = tileMatrixSet(mosaicInfoOf(document).tileMatrixSet)
    if (collect) await terminal.print('{"type":"FeatureCollection","features":[\n')
    let isFirst = true
    for (const [key, assets] of Object.entries(document.tiles)) {
      const text = JSON.stringify(tileFeature(key, assets, grid))
      await terminal.print(collect ? `${isFirst ? '' : ',\n'}${text}` : `${text}\n`)
      isFirst = false
    }
    if (collect) await terminal.print('\n]}\n')
    return EXIT.ok
  },
})

/** As cogeo-mosaic's, its id being the tile as Python prints it. */
function tileFeature(key: string, assets: readonly string[], grid: TileMatrixSet) {
  const tile = quadkeyToTile(key)
  if (!tile) throw new InvalidMosaicError(`tiles: "${key}" is not a quadkey`)
  const { x, y, z } = tile
  const [minX, minY, maxX, maxY] = tileBounds(grid, z, x, y)
  const { forward } = transformer(grid.crs, WGS84)
  const corners = [
    [minX, minY],
    [minX, maxY],
    [maxX, maxY],
    [maxX, minY],
    [minX, minY],
  ].map(([cornerX, cornerY]) => forward(cornerX, cornerY))
  return {
    type: 'Feature',
    id: `Tile(x=${x}, y=${y}, z=${z})`,
    geometry: { type: 'Polygon', coordinates: [corners] },
    properties: { quadkey: key, nb_assets: assets.length, assets },
  }
}
