import { type CredentialEntry, createCredentials } from '../../src/net/credentials.ts'
import { createNet } from '../../src/net/net.ts'
import { dynamoKind } from '../../src/stores/dynamodb-store.ts'
import { versionOf } from './crash-mosaic.ts'

/**
 * Writes one version after the other until it is killed: node dynamodb-crash-writer.ts ADDRESS CREDENTIALS whole|update. A line on stdout
 * a write. Updates go from one even version to the next: those have the same keys.
 */
const [address, credentials, way] = process.argv.slice(2)
const step = way === 'update' ? 2 : 1
const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(JSON.parse(credentials) as CredentialEntry[]) })
const context = { net, cwd: '/', limits: { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 } }
for (let version = step; ; version += step) {
  const { tiles, ...members } = versionOf(version, 300)
  if (way === 'update') {
    const store = await dynamoKind.open(address, context, {})
    await store?.amend?.(Object.keys(tiles), () => ({ members, tiles: new Map(Object.entries(tiles)) }))
  } else await dynamoKind.create?.(address, { ...members, tiles }, context, { overwrite: true })
  process.stdout.write(`${version}\n`)
}
