import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { startReal } from '../../../scripts/servers/real.ts'
import type { CredentialEntry } from '../../../src/net/credentials.ts'
import { freePort } from './clouds.ts'

/** Tables to play with: DynamoDB Local, or with TEST_DYNAMODB=dynamodb://region/table the service itself. */
export interface Tables extends AsyncDisposable {
  readonly root: string
  readonly region: string
  readonly table: string
  readonly endpoint: string | undefined
  readonly credentials: readonly CredentialEntry[]
}

const real = process.env.TEST_DYNAMODB
const installed = join(process.env.TEST_SERVERS ?? join(homedir(), '.cache/smalti/servers'), 'dynamodb/Loopback.class')

export const isMissing = real === undefined && !existsSync(installed)

export async function startTables(): Promise<Tables> {
  if (real !== undefined) {
    const { hostname: region, pathname } = new URL(real)
    return {
      root: real,
      region,
      table: pathname.slice(1),
      endpoint: undefined,
      credentials: [],
      async [Symbol.asyncDispose]() {},
    }
  }
  const server = await startReal('dynamodb', 'start', await freePort())
  const [region, table] = ['us-gov-west-1', 'smalti-test']
  const root = `dynamodb://${region}/${table}`
  const entry = { prefix: root, endpoint: server.base, accessKeyId: 'smalti', secretAccessKey: 'x' }
  return {
    root,
    region,
    table,
    endpoint: server.base,
    credentials: [entry],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
