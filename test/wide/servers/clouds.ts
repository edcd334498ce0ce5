import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { CredentialEntry } from '../../../src/net/credentials.ts'
import { startReal } from '../../../scripts/servers/real.ts'

/** A bucket that is empty, and what opens it. */
export interface Cloud extends AsyncDisposable {
  /** Begins all addresses of the tests: `s3://bucket/`. */
  readonly root: string
  readonly credentials: readonly CredentialEntry[]
  /** The same with a secret that is wrong. */
  readonly wrong?: readonly CredentialEntry[]
}

export interface CloudKind {
  readonly name: string
  /** undefined: it can run here. */
  readonly missing: string | undefined
  /** The service itself, by the environment, and no server of ours. */
  readonly isReal: boolean
  /** What a test server leaves out is tested by the requests that are sent: test/net/object-requests.test.ts. */
  readonly checksCredentials: boolean
  readonly conditionalDelete: boolean
  start(): Promise<Cloud>
}

const installed = process.env.TEST_SERVERS ?? join(homedir(), '.cache/smalti/servers')
const BUCKET = 'smalti-test'

/** Set to `s3://bucket/prefix/` and its like, the suite runs in the real service, with the credentials of the environment. */
function real(variable: string): Cloud | undefined {
  const root = process.env[variable]
  if (root === undefined) return undefined
  return { root, credentials: [], async [Symbol.asyncDispose]() {} }
}

interface Server {
  readonly script: string
  /** Is there when it is installed. */
  readonly binary: string
  readonly checksAll: boolean
}

function kind(name: string, variable: string, { script, binary, checksAll }: Server, start: () => Promise<Cloud>): CloudKind {
  const isReal = process.env[variable] !== undefined
  const there = isReal || existsSync(join(installed, script, binary))
  return {
    name,
    isReal,
    checksCredentials: checksAll && !isReal,
    conditionalDelete: checksAll || isReal,
    missing: there ? undefined : `its server is not installed (bash scripts/servers/${script}.sh install)`,
    start: async () => real(variable) ?? start(),
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function startS3(): Promise<Cloud> {
  const server = await startReal('s3', 'start', await freePort())
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3')
  const keys = { accessKeyId: 'smalti', secretAccessKey: 'smalti-secret' }
  const client = new S3Client({ endpoint: server.base, region: 'us-east-1', forcePathStyle: true, credentials: { ...keys } })
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
  client.destroy()
  const entry = { prefix: `s3://${BUCKET}/`, endpoint: server.base, region: 'us-east-1', ...keys }
  return {
    root: entry.prefix,
    credentials: [entry],
    wrong: [{ ...entry, secretAccessKey: 'not-the-secret' }],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function startGcs(): Promise<Cloud> {
  const server = await startReal('gcs', 'start', await freePort())
  const { Storage } = await import('@google-cloud/storage')
  const storage = new Storage({ apiEndpoint: server.base, projectId: 'test', useAuthWithCustomEndpoint: false })
  await storage.createBucket(BUCKET)
  return {
    root: `gs://${BUCKET}/`,
    credentials: [{ prefix: `gs://${BUCKET}/`, apiEndpoint: server.base, projectId: 'test', anonymous: true }],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function startAzure(): Promise<Cloud> {
  const server = await startReal('azure', 'start', await freePort())
  const { BlobServiceClient } = await import('@azure/storage-blob')
  // The emulator's published key.
  const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
  const connectionString = (accountKey: string) =>
    `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${accountKey};BlobEndpoint=${server.base}/devstoreaccount1;`
  await BlobServiceClient.fromConnectionString(connectionString(key)).getContainerClient(BUCKET).create()
  const prefix = `az://${BUCKET}/`
  return {
    root: prefix,
    credentials: [{ prefix, connectionString: connectionString(key) }],
    wrong: [{ prefix, connectionString: connectionString(key.replace('E', 'F')) }],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

export const clouds: readonly CloudKind[] = [
  kind('S3', 'TEST_S3', { script: 's3', binary: 'versitygw', checksAll: true }, startS3),
  kind('Google Cloud Storage', 'TEST_GCS', { script: 'gcs', binary: 'fake-gcs-server', checksAll: false }, startGcs),
  kind('Azure Blob', 'TEST_AZURE', { script: 'azure', binary: 'node_modules/azurite', checksAll: true }, startAzure),
]

/** What must never be told. */
export function secretsOf(entries: readonly CredentialEntry[] = []): string[] {
  return entries.flatMap(({ secretAccessKey, connectionString }) =>
    [secretAccessKey, /AccountKey=([^;]*)/.exec(connectionString ?? '')?.[1]].filter((secret) => secret !== undefined),
  )
}
