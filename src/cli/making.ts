import type { CreateOptions } from '../mosaic/create.ts'
import { MisuseError } from './command.ts'
import * as common from './common-flags.ts'
import { type FlagValues, optional } from './flag.ts'
import type { Target } from './target.ts'

/** Flags of the commands that make a mosaic, beside the zooms. */
export const making = {
  output: common.output,
  quadkeyZoom: optional(common.zoom, 'zoom of the tiles that the document lists', { shown: 'minzoom' }),
  minTileCover: common.minTileCover,
  tileCoverSort: common.tileCoverSort,
  maxFiles: common.maxFiles,
  tms: common.tms,
  name: optional(common.word('TEXT'), 'name of the mosaic'),
  description: optional(common.word('TEXT'), 'description of the mosaic'),
  attribution: optional(common.word('TEXT'), 'whom the pictures are owed to'),
  assetPrefix: optional(common.word('PREFIX'), 'common beginning of the addresses of images, stored once'),
  layout: common.layout,
  credentials: common.credentials,
  force: common.force,
  json: common.json,
  quiet: common.quiet,
}

type Making = FlagValues<typeof making> & { readonly minzoom: number | undefined; readonly maxzoom: number | undefined }

/** undefined: the document goes to stdout. @throws MisuseError for flags that do not go together */
export function targetOf(flags: Making): Target | undefined {
  const { output, json, minzoom, maxzoom } = flags
  if (json && output === undefined) throw new MisuseError('--json needs --output: without it stdout has the document')
  if (minzoom !== undefined && maxzoom !== undefined && minzoom > maxzoom) throw new MisuseError('--minzoom is above --maxzoom')
  return output === undefined ? undefined : { ...flags, address: output }
}

export function createOptions(flags: Making): Omit<CreateOptions, 'minzoom' | 'maxzoom'> {
  const { name, description, attribution } = flags
  const members = Object.entries({ name, description, attribution }).filter(([, value]) => value !== undefined)
  return {
    quadkeyZoom: flags.quadkeyZoom,
    minimumTileCover: flags.minTileCover,
    tileCoverSort: flags.tileCoverSort,
    maximumItemsPerTile: flags.maxFiles,
    tms: flags.tms,
    assetPrefix: flags.assetPrefix,
    members: Object.fromEntries(members),
  }
}
