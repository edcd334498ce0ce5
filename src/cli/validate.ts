import { MosaicBackend } from '../backends/mosaic-backend.ts'
import { SmaltiError } from '../errors.ts'
import { withoutSecrets } from '../http/secrets.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import { schemeOf } from '../net/address.ts'
import type { CredentialEntry } from '../net/credentials.ts'
import { command } from './command.ts'
import { credentials, json, quiet, tms } from './common-flags.ts'
import { summary } from './deliver.ts'
import { EXIT } from './exit-codes.ts'
import { STDIN } from './inputs.ts'
import { readDocument } from './read-document.ts'
import type { Terminal } from './terminal.ts'

export const validate = command({
  about: 'Says whether a MosaicJSON document is valid; if it is not, which member is wrong and where, and the exit code is 1.',
  arguments: [{ name: 'FILE', about: 'the document: a file, an address, or - for stdin (default: -)', optional: true }],
  flags: { json, tms, credentials, quiet },
  examples: [['smalti validate mosaic.json', 'before it is published']],
  async run({ flags, words: [file = STDIN], terminal }) {
    try {
      const document = await read(file, flags, terminal)
      const { tiles, assets, quadkey_zoom } = summary(document)
      if (flags.json) await terminal.print(`${JSON.stringify({ valid: true, ...summary(document) })}\n`)
      else if (!flags.quiet) await terminal.print(`valid: ${assets} files on ${tiles} tiles of zoom ${quadkey_zoom}\n`)
      return EXIT.ok
    } catch (error) {
      if (!flags.json || !(error instanceof SmaltiError)) throw error
      const { code, message } = error
      await terminal.print(`${JSON.stringify({ valid: false, code, message: withoutSecrets(message) })}\n`)
      return EXIT.failed
    }
  },
})

async function read(
  file: string,
  options: { readonly credentials: readonly CredentialEntry[] | undefined },
  terminal: Terminal,
): Promise<MosaicJSON> {
  if (schemeOf(file) === undefined) return readDocument(file, terminal)
  await using mosaic = await MosaicBackend(file, { credentials: options.credentials, cwd: terminal.cwd })
  return mosaic.document()
}
