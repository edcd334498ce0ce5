import { fromFeatures } from '../mosaic/create.ts'
import { command } from './command.ts'
import { word, zoom } from './common-flags.ts'
import { deliver } from './deliver.ts'
import { accessorOf, readFeatures } from './features.ts'
import { required } from './flag.ts'
import { STDIN } from './inputs.ts'
import { createOptions, making, targetOf } from './making.ts'
import { checkTarget } from './target.ts'

export const createFromFeatures = command({
  about:
    'Makes a mosaic of GeoJSON features, each the outline of an image, without opening the images. ' +
    'The features are a FeatureCollection, or one a line, with or without record separators.',
  arguments: [{ name: 'FEATURES', about: 'file with the features; - is stdin (default: -)', optional: true }],
  flags: {
    property: required(
      word('PATH'),
      "where a feature has its image's address: a property, or a path such as properties.path or assets.B01.href",
      { short: 'p' },
    ),
    minzoom: required(zoom, 'lowest zoom'),
    maxzoom: required(zoom, 'highest zoom'),
    ...making,
  },
  examples: [
    ['smalti create-from-features items.json -p assets.visual.href --minzoom 8 --maxzoom 14 -o mosaic.json', 'items of STAC'],
    [
      'smalti footprint list.txt | smalti create-from-features -p path --minzoom 8 --maxzoom 14',
      'what create does, in two steps',
    ],
  ],
  async run({ flags, words: [file = STDIN], terminal }) {
    const { property, minzoom, maxzoom, json, quiet } = flags
    const target = targetOf(flags)
    if (target) await checkTarget(target, terminal)
    const features = await readFeatures(file, terminal)
    const mosaic = fromFeatures(features, { minzoom, maxzoom, accessor: accessorOf(property), ...createOptions(flags) })
    return deliver(mosaic, { target, json, quiet }, terminal)
  },
})
