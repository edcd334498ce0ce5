import { mosaicOfFootprints } from '../backends/from-urls.ts'
import { command } from './command.ts'
import { INPUTS, reading, zoom } from './common-flags.ts'
import { deliver } from './deliver.ts'
import { optional } from './flag.ts'
import { gatherFootprints } from './gather.ts'
import { readInputs } from './inputs.ts'
import { createOptions, making, targetOf } from './making.ts'
import { checkTarget, remarkOnPaths } from './target.ts'

export const create = command({
  about:
    'Makes a mosaic of images. Their headers are read for where they lie; zooms that are not given are those of the images. ' +
    'Without --output the document is printed. A run that was stopped goes on where it was when it is called again.',
  arguments: [{ name: 'INPUT', about: `${INPUTS} (default: -)`, optional: true, repeat: true }],
  flags: {
    minzoom: optional(zoom, 'lowest zoom', { shown: 'what the images say' }),
    maxzoom: optional(zoom, 'highest zoom', { shown: 'what the images say' }),
    ...making,
    ...reading,
  },
  examples: [
    ['smalti create list.txt -o mosaic.json.gz', 'one address a line, as cogeo-mosaic has it'],
    ["smalti create 'imagery/**/*.tif' -o s3://bucket/mosaic.json --name 'All of it'", 'a pattern, written to a bucket'],
    ['ls *.tif | smalti create > mosaic.json', 'from stdin to stdout'],
  ],
  async run({ flags, words, terminal }) {
    const { output, minzoom, maxzoom, json, quiet } = flags
    const target = targetOf(flags)
    if (target) await checkTarget(target, terminal)
    const inputs = await readInputs(words, terminal, flags)
    if (output !== undefined && !quiet) remarkOnPaths(output, inputs, terminal)
    const { features, failed, succeeded } = await gatherFootprints(inputs, output, flags, terminal)
    const mosaic = mosaicOfFootprints(features, { minzoom, maxzoom, ...createOptions(flags) })
    const code = await deliver(mosaic, { target, failed, json, quiet }, terminal)
    await succeeded()
    return code
  },
})
