/** Writes two mosaics to one address in turn, until it is killed: node crash-writer.ts ADDRESS CREDENTIALS */
import { MosaicBackend } from '../../../src/index.ts'
import { crashMosaic } from './crash-mosaic.ts'

const [, , address, credentials] = process.argv
const options = { credentials: JSON.parse(credentials) as [] }
const [first, second] = await Promise.all(
  ['first', 'second'].map((name) => MosaicBackend(address, { ...options, mosaicDef: crashMosaic(name) })),
)
for (;;) {
  await second.write({ overwrite: true })
  process.stdout.write('.')
  await first.write({ overwrite: true })
  process.stdout.write('.')
}
