import { MosaicBackend } from '../backends/mosaic-backend.ts'
import type { BackendOptions } from '../backends/options.ts'
import { ParameterError, PreconditionFailedError } from '../errors.ts'
import type { Footprints } from '../footprints.ts'
import { withoutSecrets } from '../http/secrets.ts'
import { command, MisuseError } from './command.ts'
import { credentials, INPUTS, json, maxFiles, minTileCover, quiet, reading, tileCoverSort, tms } from './common-flags.ts'
import { failedAsJson } from './deliver.ts'
import { EXIT } from './exit-codes.ts'
import { switchFlag } from './flag.ts'
import { gatherFootprints } from './gather.ts'
import { readInputs } from './inputs.ts'
import { remarkOnPaths } from './target.ts'

/** Others may write the same mosaic: then theirs is read and the images are added to that. */
const ATTEMPTS = 20

export const update = command({
  about:
    'Adds images to a mosaic: to the tiles that they meet, before or behind those that are there. Nothing that somebody else writes ' +
    'meanwhile is lost.',
  arguments: [
    { name: 'INPUT', about: `${INPUTS} (default: -)`, optional: true, repeat: true },
    { name: 'ADDRESS', about: 'the mosaic, which stands last; it may stand first if its name says what it is (.json, sqlite:…)' },
  ],
  flags: {
    addFirst: switchFlag('before the images that a tile has (the default)'),
    addLast: switchFlag('behind the images that a tile has'),
    minTileCover,
    tileCoverSort,
    maxFiles,
    tms,
    ...reading,
    credentials,
    json,
    quiet,
  },
  examples: [['smalti update new.txt mosaic.json --add-last', 'the images of a list, below those that are there']],
  async run({ flags, words, terminal }) {
    const { addFirst, addLast, json: asJson, quiet: isQuiet } = flags
    if (addFirst && addLast) throw new MisuseError('--add-first and --add-last do not go together')
    const { address, inputs: named } = partsOf(words)
    const options = { credentials: flags.credentials, cwd: terminal.cwd }
    // Before all headers are read: is it there, and in which grid?
    const grid = await tileMatrixSetOf(address, options)
    const inputs = await readInputs(named, terminal, flags)
    if (!isQuiet) remarkOnPaths(address, inputs, terminal)
    const { features, failed, succeeded } = await gatherFootprints(
      inputs,
      address,
      { ...flags, tms: flags.tms ?? grid },
      terminal,
    )
    if (features.length === 0) throw new ParameterError('images', 'none of the images can be read, so there is nothing to add')
    const how = {
      addFirst: !addLast,
      minimumTileCover: flags.minTileCover,
      tileCoverSort: flags.tileCoverSort,
      maximumItemsPerTile: flags.maxFiles,
    }
    for (let attempt = 1; ; attempt++) {
      terminal.signal.throwIfAborted()
      await using mosaic = await MosaicBackend(address, options)
      try {
        await mosaic.update(features, how)
      } catch (error) {
        if (!(error instanceof PreconditionFailedError) || attempt === ATTEMPTS) throw error
        continue
      }
      await succeeded()
      const result = { address: withoutSecrets(address), version: mosaic.metadata.version, bounds: mosaic.bounds }
      if (asJson) await terminal.print(`${JSON.stringify({ ...result, ...counts(features, failed) })}\n`)
      else if (!isQuiet) terminal.say(`${result.address}: ${features.length} images added, version ${result.version}`)
      return failed.length > 0 ? EXIT.incomplete : EXIT.ok
    }
  },
})

function counts(features: Footprints['features'], failed: Footprints['failed']) {
  return { added: features.length, failed: failedAsJson(failed) }
}

async function tileMatrixSetOf(address: string, options: BackendOptions): Promise<string> {
  await using mosaic = await MosaicBackend(address, options)
  return (await mosaic.info()).tilematrixset
}

/** A name that only a mosaic has. */
const MOSAIC = /(\.json(\.gz)?$)|^(sqlite|dynamodb):/i

function partsOf(words: readonly string[]): { readonly address: string; readonly inputs: readonly string[] } {
  const [first] = words
  const last = words[words.length - 1]
  return words.length > 1 && MOSAIC.test(first) && !MOSAIC.test(last)
    ? { address: first, inputs: words.slice(1) }
    : { address: last, inputs: words.slice(0, -1) }
}
