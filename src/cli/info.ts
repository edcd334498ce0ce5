import { MosaicBackend } from '../backends/mosaic-backend.ts'
import { command } from './command.ts'
import { credentials, json } from './common-flags.ts'
import { EXIT } from './exit-codes.ts'

export const info = command({
  about: 'Says what a mosaic is: its members, how large it is, how many tiles it has and how many files a tile needs.',
  arguments: [{ name: 'ADDRESS', about: 'the mosaic' }],
  flags: { json, credentials },
  examples: [['smalti info s3://bucket/mosaic.json.gz', 'a mosaic in a bucket']],
  async run({ flags, words: [address], terminal }) {
    await using mosaic = await MosaicBackend(address, { credentials: flags.credentials })
    await terminal.print(`${JSON.stringify(mosaic.metadata)}\n`)
    return EXIT.ok
  },
})
