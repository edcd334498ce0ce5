import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe } from 'vitest'
import { type CredentialEntry, createCredentials } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import type { StoreContext } from '../../../src/stores/kind.ts'
import { roomy } from '../../mosaic/made-mosaic.ts'
import { storeContract } from '../../stores/store-contract.ts'
import { clouds } from './clouds.ts'
import { isMissing, startTables } from './dynamodb.ts'

interface Server extends AsyncDisposable {
  readonly root: string
  readonly credentials: readonly CredentialEntry[]
}

const run = randomBytes(4).toString('hex')
const kinds: readonly { name: string; isMissing: boolean; start(): Promise<Server>; at(root: string, name: string): string }[] = [
  ...clouds.map((cloud) => ({
    name: cloud.name,
    isMissing: cloud.missing !== undefined,
    start: () => cloud.start(),
    at: (root: string, name: string) => `${root}${run}/${name}.json`,
  })),
  { name: 'DynamoDB', isMissing, start: startTables, at: (root, name) => `${root}:${run}-${name}` },
]

for (const { name, isMissing: missing, start, at } of kinds) {
  describe.skipIf(missing && process.env.CI !== 'true')(`store: ${name}`, () => {
    let server: Server
    let context: StoreContext
    beforeAll(async () => {
      server = await start()
      const net = createNet({ allow: [server.root], cwd: '/', credentials: createCredentials(server.credentials) })
      context = { net, cwd: '/', limits: roomy }
    })
    afterAll(async () => {
      await context?.net.close()
      await server?.[Symbol.asyncDispose]()
    })
    storeContract(name, () => ({ context, at: (mosaic) => at(server.root, mosaic) }))
  })
}
