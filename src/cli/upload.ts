import { command, MisuseError } from './command.ts'
import { credentials, force, json, layout, quiet, tms, word } from './common-flags.ts'
import { deliver } from './deliver.ts'
import { optional } from './flag.ts'
import { STDIN } from './inputs.ts'
import { readDocument } from './read-document.ts'
import { checkTarget } from './target.ts'

export const upload = command({
  about:
    'Stores a document, which is checked first: in a bucket, a database or another file. Members that are not known here stay.',
  arguments: [
    { name: 'FILE', about: 'the document, plain or gzip; - is stdin (default: -)', optional: true },
    { name: 'ADDRESS', about: 'where it goes, unless --url says so', optional: true },
  ],
  flags: {
    file: optional(word('FILE'), 'the document; then only ADDRESS is an argument'),
    url: optional(word('ADDRESS'), 'where it goes; then only FILE is an argument'),
    tms,
    layout,
    credentials,
    force,
    json,
    quiet,
  },
  examples: [
    ['smalti upload mosaic.json s3://bucket/mosaic.json.gz', 'packed, since the name ends with .gz'],
    ['smalti upload mosaic.json --url sqlite:///mosaics.db:name', 'as cogeo-mosaic has it'],
  ],
  async run({ flags, words, terminal }) {
    const rest = [...words]
    const file = flags.file ?? (rest.length > 1 || flags.url !== undefined ? rest.shift() : undefined) ?? STDIN
    const address = flags.url ?? rest.shift()
    if (address === undefined) throw new MisuseError('ADDRESS is needed: where the document goes')
    if (rest.length > 0) throw new MisuseError(`unexpected argument "${rest[0]}"`)
    const target = { ...flags, address }
    await checkTarget(target, terminal)
    return deliver(await readDocument(file, terminal), { target, json: flags.json, quiet: flags.quiet }, terminal)
  },
})
