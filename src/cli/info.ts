import { stat } from 'node:fs/promises'
import { MosaicBackend } from '../backends/mosaic-backend.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import { storeKindOf } from '../stores/registry.ts'
import { command } from './command.ts'
import { credentials, json, tms } from './common-flags.ts'
import { EXIT } from './exit-codes.ts'
import { withoutControls } from './terminal.ts'

export const info = command({
  about: 'Says what a mosaic is: its members, how many tiles it has, and how many files a tile needs.',
  arguments: [{ name: 'ADDRESS', about: 'the mosaic' }],
  flags: { json, tms, credentials },
  examples: [['smalti info s3://bucket/mosaic.json.gz', 'a mosaic in a bucket']],
  async run({ flags, words: [address], terminal }) {
    await using mosaic = await MosaicBackend(address, { credentials: flags.credentials, cwd: terminal.cwd })
    const document = await mosaic.document()
    const { quadkeyZoom, tileMatrixSet, ...said } = mosaicInfoOf(document)
    const kind = storeKindOf(address)
    const path = kind.localPath?.(address, terminal.cwd)
    // Names and shape of cogeo-mosaic's.
    const report = {
      Path: address,
      Backend: kind.name,
      'File Size': path === undefined ? null : ((await stat(path).catch(() => undefined))?.size ?? null),
      Compressed: address.endsWith('.gz'),
      Profile: {
        MosaicJSON: said.mosaicjson,
        Version: said.version,
        Name: said.name ?? null,
        Description: said.description ?? null,
        Attribution: said.attribution ?? null,
      },
      GEO: {
        TileMatrixSet: tileMatrixSet,
        BoundingBox: said.bounds,
        Center: said.center,
        'Min Zoom': said.minzoom,
        'Max Zoom': said.maxzoom,
        'QuadKey Zoom': quadkeyZoom,
      },
      TILES: tileCounts(Object.values(document.tiles)),
    }
    await terminal.print(flags.json ? `${JSON.stringify(report)}\n` : withoutControls(shown(report)))
    return EXIT.ok
  },
})

function tileCounts(lists: readonly (readonly string[])[]) {
  if (lists.length === 0) return { 'Nb Tiles': 0, 'Nb Files': 0 }
  const counts = lists.map((list) => list.length)
  const sum = counts.reduce((all, count) => all + count, 0)
  return {
    'Nb Tiles': lists.length,
    'Nb Files': new Set(lists.flat()).size,
    'Min Files': counts.reduce((a, b) => Math.min(a, b)),
    'Max Files': counts.reduce((a, b) => Math.max(a, b)),
    'Mean Files': Math.round((sum / lists.length) * 100) / 100,
  }
}

const INDENT = 15

function shown(report: Readonly<Record<string, unknown>>, indent = ''): string {
  return Object.entries(report)
    .map(([name, value]) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return `\n${name}\n${shown(value as Readonly<Record<string, unknown>>, '    ')}`
      }
      const text = Array.isArray(value) ? value.join(', ') : String(value ?? '-')
      return `${indent}${`${name}:`.padEnd(INDENT)} ${text}\n`
    })
    .join('')
}
