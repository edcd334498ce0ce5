/** Writes two mosaics to one address in turn, until it is killed: node crash-writer.ts ADDRESS CREDENTIALS */
import { MosaicBackend } from '../../../src/index.ts'
import { crashMosaic } from './crash-mosaic.ts'

const [, , address, credentials] = process.argv
const options = { credentials: JSON.parse(credentials) as [] }
for (;;) {
  for (const name of ['second', 'first']) {
    // Anew each time: once written, a mosaic is what lies at its address.
    const mosaic = await MosaicBackend(address, { ...options, mosaicDef: crashMosaic(name) })
    await mosaic.write({ overwrite: true })
    process.stdout.write('.')
  }
}
