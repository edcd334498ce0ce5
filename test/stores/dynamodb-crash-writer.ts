import { type CredentialEntry, createCredentials } from '../../src/net/credentials.ts'
import { createNet } from '../../src/net/net.ts'
import { dynamoKind } from '../../src/stores/dynamodb-store.ts'
import { versionOf } from './crash-mosaic.ts'

/** Writes one version after the other until it is killed: node dynamodb-crash-writer.ts ADDRESS CREDENTIALS. A line on stdout a write. */
const [address, credentials] = process.argv.slice(2)
const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(JSON.parse(credentials) as CredentialEntry[]) })
const context = { net, cwd: '/', limits: { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 } }
for (let version = 1; ; version++) {
  await dynamoKind.create?.(address, versionOf(version, 300), context, { overwrite: true })
  process.stdout.write(`${version}\n`)
}
