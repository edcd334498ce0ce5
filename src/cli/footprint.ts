import { basename, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import { AlreadyExistsError } from '../errors.ts'
import { writeAtomically } from '../stores/atomic-file.ts'
import { command, MisuseError } from './command.ts'
import { credentials, force, INPUTS, json, quiet, reading, word } from './common-flags.ts'
import { failedAsJson } from './deliver.ts'
import { EXIT } from './exit-codes.ts'
import { optional } from './flag.ts'
import { gatherFootprints } from './gather.ts'
import { gridKind } from './grid-flag.ts'
import { readInputs } from './inputs.ts'

export const footprint = command({
  about: 'Writes where images lie: their outlines, zooms and data types, as a GeoJSON FeatureCollection.',
  arguments: [{ name: 'INPUT', about: `${INPUTS} (default: -)`, optional: true, repeat: true }],
  flags: {
    output: optional(word('FILE'), 'file to write', { short: 'o', shown: 'stdout' }),
    tms: optional(gridKind, 'tile matrix set of the zooms: its id, or a file with its JSON definition', {
      shown: 'WebMercatorQuad',
    }),
    ...reading,
    credentials,
    force,
    json,
    quiet,
  },
  examples: [['smalti footprint list.txt -o footprints.geojson', 'for a map, or for create-from-features']],
  async run({ flags, words, terminal }) {
    const path = flags.output === undefined ? undefined : resolve(terminal.cwd, flags.output)
    if (flags.json && path === undefined) throw new MisuseError('--json needs --output: without it stdout has the features')
    if (path !== undefined && !flags.force && (await stat(path).catch(() => undefined))) {
      throw new AlreadyExistsError(`${basename(path)} is there already and may not be overwritten`)
    }
    const inputs = await readInputs(words, terminal, flags)
    const { features, failed, succeeded } = await gatherFootprints(inputs, flags.output, flags, terminal)
    if (path !== undefined) {
      const pieces = [...collection(features)]
      await writeAtomically(path, Buffer.from(pieces.join('')), { overwrite: flags.force })
      const result = { address: flags.output, features: features.length, failed: failedAsJson(failed) }
      if (flags.json) await terminal.print(`${JSON.stringify(result)}\n`)
      else if (!flags.quiet) terminal.say(`${flags.output}: ${features.length} footprints`)
    } else for (const piece of collection(features)) await terminal.print(piece)
    await succeeded()
    return failed.length > 0 ? EXIT.incomplete : EXIT.ok
  },
})

/** The text of a FeatureCollection, a feature a line. */
function* collection(features: readonly unknown[]): Generator<string> {
  yield '{"type":"FeatureCollection","features":[\n'
  for (const [i, feature] of features.entries()) yield `${JSON.stringify(feature)}${i < features.length - 1 ? ',' : ''}\n`
  yield ']}\n'
}
