import { text } from 'node:stream/consumers'
import { SETTINGS } from '../config/settings.ts'
import { createSealer, isSealed } from '../http/seal.ts'
import { command, MisuseError } from './command.ts'
import { json } from './common-flags.ts'
import { EXIT } from './exit-codes.ts'
import type { Flag } from './flag.ts'
import { STDIN } from './inputs.ts'

const { kind } = SETTINGS.sealKey

/** As the server takes it; a key has no comma, in the environment these separate several. */
const sealKey: Flag<readonly string[]> = {
  about: "the server's key; of several the first one seals",
  placeholder: kind.placeholder,
  repeat: true,
  env: 'SMALTI_SEAL_KEY',
  read: (texts) => texts.flatMap((given) => given.split(',')).flatMap((key) => kind.parse(key)),
}

export const seal = command({
  about: 'Prints the sealed form of an address: `sealed:…`, which goes for `url` on a server that has the same key.',
  arguments: [{ name: 'ADDRESS', about: 'the address, or - for one on stdin, so that it stands in no history' }],
  flags: { sealKey, json },
  examples: [["smalti seal 'https://host/mosaic.json?sig=…'", 'a signed address, with the key in SMALTI_SEAL_KEY']],
  async run({ flags, words: [word], terminal }) {
    const sealer = createSealer(flags.sealKey)
    if (!sealer) throw new MisuseError('--seal-key is needed, or SMALTI_SEAL_KEY in the environment')
    const address = word === STDIN ? (await text(terminal.stdin)).trim() : word
    if (address === '') throw new MisuseError('the address is empty')
    if (isSealed(address)) throw new MisuseError('this is a sealed address already')
    const handle = sealer.seal(address)
    await terminal.print(flags.json ? `${JSON.stringify({ url: handle })}\n` : `${handle}\n`)
    return EXIT.ok
  },
})
