import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createNet } from '../../src/net/net.ts'
import { roomy } from '../mosaic/made-mosaic.ts'
import { storeContract } from './store-contract.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'smalti-contract-')))
afterAll(() => rmSync(folder, { recursive: true }))
const context = { net: createNet({ allow: [folder], cwd: folder }), cwd: folder, limits: roomy }

storeContract('files', () => ({ context, at: (name) => `${name}.json` }))
storeContract('packed files', () => ({ context, at: (name) => `file://${folder}/${name}.json.gz` }))
storeContract('SQLite', () => ({ context, at: (name) => `sqlite:///mosaics.db:${name}` }))
