import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { AzureClients } from '../../src/net/azure-clients.ts'
import { createCredentials, type CredentialEntry } from '../../src/net/credentials.ts'
import { defaultLimits } from '../../src/net/limits.ts'
import { createNet } from '../../src/net/net.ts'
import { parseObject } from '../../src/net/object-address.ts'
import type { WritableNet } from '../../src/net/source.ts'
import { countingBytes, serve, serveRange } from './local-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

// What the test servers of the wide tests do not look at is seen here, in the requests themselves.

const bytes = countingBytes(1000)
const keys = { accessKeyId: 'id', secretAccessKey: 'hush' }

function netWith(entries: readonly CredentialEntry[], env: Record<string, string> = {}): WritableNet {
  const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(entries), env })
  onTestFinished(() => net.close())
  return net
}

async function readTen(net: WritableNet, address: string): Promise<Uint8Array> {
  return (await net.open(address)).read(0, 10)
}

test('S3: the reader pays, by the entry or by the environment', async () => {
  const server = await serve((request, response) => serveRange(request, response, bytes))
  const entry = { prefix: 's3://bucket/', endpoint: server.origin, region: 'us-east-1', ...keys }
  await readTen(netWith([{ ...entry, requestPayer: true }]), 's3://bucket/a')
  await readTen(netWith([entry], { AWS_REQUEST_PAYER: 'requester' }), 's3://bucket/a')
  await readTen(netWith([entry]), 's3://bucket/a')
  await readTen(netWith([{ ...entry, requestPayer: false }], { AWS_REQUEST_PAYER: 'requester' }), 's3://bucket/a')
  expect(server.requests.map(({ headers }) => headers['x-amz-request-payer'])).toEqual([
    'requester',
    'requester',
    undefined,
    undefined,
  ])
})

test('S3: anonymous requests are not signed; keys of an entry are used whatever the environment says', async () => {
  const server = await serve((request, response) => serveRange(request, response, bytes))
  const entry = { prefix: 's3://bucket/', endpoint: server.origin, region: 'us-east-1' }
  await readTen(netWith([{ ...entry, anonymous: true }]), 's3://bucket/a')
  await readTen(netWith([entry], { AWS_NO_SIGN_REQUEST: 'YES' }), 's3://bucket/a')
  await readTen(netWith([], { AWS_NO_SIGN_REQUEST: 'yes', AWS_ENDPOINT_URL_S3: server.origin }), 's3://bucket/a')
  await readTen(netWith([{ ...entry, ...keys }], { AWS_NO_SIGN_REQUEST: 'YES' }), 's3://bucket/a')
  const signed = server.requests.map(({ headers }) => headers.authorization !== undefined)
  expect(signed).toEqual([false, false, false, true])
  expect(server.requests[3].headers.authorization).toContain('Credential=id/')
})

test('S3: keys and region of a profile', async () => {
  const server = await serve((request, response) => serveRange(request, response, bytes))
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'keys'), '[reader]\naws_access_key_id = PROFILED\naws_secret_access_key = hush\n')
  writeFileSync(join(folder, 'config'), '[profile reader]\nregion = eu-north-1\n')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'keys'))
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  onTestFinished(() => void vi.unstubAllEnvs())
  await readTen(netWith([{ prefix: 's3://bucket/', endpoint: server.origin, profile: 'reader' }]), 's3://bucket/a')
  expect(server.requests[0].headers.authorization).toMatch(/Credential=PROFILED\/\d+\/eu-north-1\/s3\//)
})

test('S3: a bucket in another region is asked for there, from the second read on at once', async () => {
  const server = await serve((request, response) => {
    if (request.headers.authorization?.includes('/eu-west-3/')) return serveRange(request, response, bytes)
    const body = '<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>'
    return void response.writeHead(301, { 'x-amz-bucket-region': 'eu-west-3', 'content-type': 'application/xml' }).end(body)
  })
  const net = netWith([{ prefix: 's3://bucket/', endpoint: server.origin, region: 'us-east-1', ...keys }])
  expect(await readTen(net, 's3://bucket/a')).toEqual(bytes.slice(0, 10))
  expect(server.requests).toHaveLength(2)
  expect(await readTen(net, 's3://bucket/b')).toEqual(bytes.slice(0, 10))
  expect(server.requests).toHaveLength(3)
})

test('S3: failures that pass are tried again, and not for ever; a write is sent once', async () => {
  const server = await serve((_, response) => void response.writeHead(503).end())
  const net = netWith([{ prefix: 's3://bucket/', endpoint: server.origin, region: 'us-east-1', ...keys }])
  await expect(readTen(net, 's3://bucket/a')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  expect(server.requests).toHaveLength(3)
  await expect(net.writeObject('s3://bucket/a', bytes, { ifAbsent: true })).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  expect(server.requests).toHaveLength(4)
})

test('S3: an error that says nothing of the object is no "absent"', async () => {
  const body = '<Error><Code>XAdminUserNotFound</Code><Message>no such user</Message></Error>'
  const server = await serve((_, response) => void response.writeHead(404, { 'content-type': 'application/xml' }).end(body))
  const net = netWith([{ prefix: 's3://bucket/', endpoint: server.origin, region: 'us-east-1', ...keys }])
  await expect(net.readDocument('s3://bucket/a', { maxBytes: 10 })).rejects.toMatchObject({ code: 'UPSTREAM_UNAUTHORIZED' })
})

test('S3: a server that drips is given up', async () => {
  const server = await serve((_, response) => {
    response.writeHead(206, { 'content-range': 'bytes 0-9/1000', 'content-length': 10, etag: '"x"' })
    response.write('a')
  })
  const entry = { prefix: 's3://bucket/', endpoint: server.origin, region: 'us-east-1', ...keys }
  const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials([entry]), timeoutMs: 300 })
  await expect(readTen(net, 's3://bucket/a')).rejects.toMatchObject({ code: 'TIMEOUT', status: 504 })
  await net.close()
})

test('Cloud Storage: conditions are in the requests, paths are whole with STORAGE_EMULATOR_HOST, nothing is signed', async () => {
  const server = await serve((request, response) => {
    const body = JSON.stringify({ generation: '7', size: '2', name: 'a' })
    const isMedia = request.url?.includes('alt=media')
    if (isMedia) return serveRange(request, response, bytes, { 'x-goog-generation': '7' })
    return void response.writeHead(request.method === 'DELETE' ? 204 : 200, { 'content-type': 'application/json' }).end(body)
  })
  vi.stubEnv('STORAGE_EMULATOR_HOST', server.origin)
  onTestFinished(() => void vi.unstubAllEnvs())
  const net = netWith([], { STORAGE_EMULATOR_HOST: server.origin })
  await net.deleteObject('gs://bucket/a b?c#d', { ifRevision: '7' })
  await net.writeObject('gs://bucket/a', Buffer.from('{}'), { ifAbsent: true })
  await net.writeObject('gs://bucket/a', Buffer.from('{}'), { ifRevision: '7' })
  const source = await net.open('gs://bucket/a')
  await source.read(0, 10)
  await source.read(10, 10)
  const [deleted, created, replaced, first, second] = server.requests.map(({ url }) => new URL(url ?? '', server.origin))
  expect([deleted.pathname, deleted.searchParams.get('ifGenerationMatch')]).toEqual(['/storage/v1/b/bucket/o/a%20b%3Fc%23d', '7'])
  expect([created.pathname, created.searchParams.get('ifGenerationMatch')]).toEqual(['/upload/storage/v1/b/bucket/o', '0'])
  expect(replaced.searchParams.get('ifGenerationMatch')).toBe('7')
  expect(first.searchParams.get('generation')).toBeNull()
  expect(second.searchParams.get('generation')).toBe('7')
  expect(server.requests.map(({ headers }) => headers.range).slice(3)).toEqual(['bytes=0-9', 'bytes=10-19'])
  expect(server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true)
})

test('Cloud Storage: the project that pays', async () => {
  const server = await serve((request, response) => serveRange(request, response, bytes, { 'x-goog-generation': '7' }))
  const entry = { prefix: 'gs://bucket/', apiEndpoint: server.origin, anonymous: true, userProject: 'payer' }
  await readTen(netWith([entry]), 'gs://bucket/a')
  expect(server.requests[0].url).toContain('userProject=payer')
})

const KEY = Buffer.from('hush').toString('base64')
async function azureUrl(address: string, entries: readonly CredentialEntry[], env: Record<string, string> = {}): Promise<string> {
  const options = { credentials: createCredentials(entries), env, limits: defaultLimits }
  return (await new AzureClients(options).for(parseObject(address), { writes: false })).blob.url
}

test('Azure: the account of an address', async () => {
  const endpoint = 'http://127.0.0.1:9400/devstoreaccount1'
  expect(await azureUrl('az://container/a b', [{ prefix: 'az://container/', account: 'acc', accountKey: KEY }])).toBe(
    'https://acc.blob.core.windows.net/container/a%20b',
  )
  expect(await azureUrl('az://container/a', [{ prefix: 'az://container/', endpoint, sas: '?sv=1&sig=x' }])).toBe(
    `${endpoint}/container/a?sv=1&sig=x`,
  )
  expect(await azureUrl('az://acc.blob.core.windows.net/container/a?b', [])).toBe(
    'https://acc.blob.core.windows.net/container/a%3Fb',
  )
  const connection = `DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=${KEY};EndpointSuffix=core.chinacloudapi.cn`
  expect(await azureUrl('az://container/a', [], { AZURE_STORAGE_CONNECTION_STRING: connection })).toBe(
    'https://acc.blob.core.chinacloudapi.cn/container/a',
  )
  expect(await azureUrl('az://container/a', [], { AZURE_STORAGE_ACCOUNT: 'acc', AZURE_STORAGE_SAS_TOKEN: 'sig=x' })).toBe(
    'https://acc.blob.core.windows.net/container/a?sig=x',
  )
  await expect(azureUrl('az://container/a', [])).rejects.toThrow(/needs an account/)
})

test('Azure: what opens one account is not sent to another', async () => {
  const mine = { AZURE_STORAGE_ACCOUNT: 'acc', AZURE_STORAGE_SAS_TOKEN: 'sig=hush' }
  expect(await azureUrl('az://acc.blob.core.windows.net/container/a', [], mine)).toContain('sig=hush')
  expect(await azureUrl('az://other.blob.core.windows.net/container/a', [], mine)).not.toContain('hush')
  expect(await azureUrl('az://acc.evil.org/container/a', [], mine)).not.toContain('hush')
  expect(await azureUrl('az://acc.evil.org/container/a', [], { AZURE_STORAGE_SAS_TOKEN: 'sig=hush' })).not.toContain('hush')
  expect(await azureUrl('az://x.evil.org/container/a', [{ prefix: 'az://', sas: 'sig=hush' }])).not.toContain('hush')
  const own = { prefix: 'az://acc.blob.core.windows.net/container/', sas: 'sig=hush' }
  expect(await azureUrl('az://acc.blob.core.windows.net/container/a', [own])).toContain('sig=hush')
})

test('http: headers go to their prefix, and not along with a redirect to another server', async () => {
  const other = await serve((request, response) => serveRange(request, response, bytes))
  const server = await serve((request, response) => {
    if (request.url === '/private/moved') return void response.writeHead(302, { location: `${other.origin}/private/a` }).end()
    return serveRange(request, response, bytes)
  })
  const net = netWith([{ prefix: `${server.origin}/private/`, headers: { authorization: 'Bearer hush' } }])
  await readTen(net, `${server.origin}/private/a`)
  await readTen(net, `${server.origin}/public/a`)
  await readTen(net, `${server.origin}/private/moved`)
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer hush', undefined, 'Bearer hush'])
  expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
})

test('Cloud Storage: an identity elsewhere, and that of the machine, are exchanged for tokens', async () => {
  const server = await serve((request, response) => {
    if (request.url?.includes('token')) {
      response.writeHead(200, { 'content-type': 'application/json', 'metadata-flavor': 'Google' })
      return void response.end(JSON.stringify({ access_token: `hush${request.url}`, expires_in: 3600, token_type: 'Bearer' }))
    }
    if (request.url?.startsWith('/computeMetadata')) return void response.writeHead(200, { 'metadata-flavor': 'Google' }).end('p')
    return serveRange(request, response, bytes, { 'x-goog-generation': '7' })
  })
  const folder = temporaryFolder()
  const keyFilename = join(folder, 'identity.json')
  writeFileSync(join(folder, 'subject'), 'subject')
  const identity = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${server.origin}/sts/token`,
    credential_source: { file: join(folder, 'subject') },
  }
  writeFileSync(keyFilename, JSON.stringify(identity))
  const entry = { prefix: 'gs://bucket/', apiEndpoint: server.origin, projectId: 'p' }
  const sent = () => server.requests.filter(({ url }) => url?.startsWith('/storage')).map(({ headers }) => headers.authorization)
  await readTen(netWith([{ ...entry, keyFilename }]), 'gs://bucket/a')
  expect(sent()).toEqual(['Bearer hush/sts/token'])
  vi.stubEnv('GCE_METADATA_HOST', server.origin.replace('http://', ''))
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present')
  onTestFinished(() => void vi.unstubAllEnvs())
  await readTen(netWith([{ ...entry, anonymous: false }]), 'gs://bucket/a')
  expect(sent()[1]).toMatch(/^Bearer hush\/computeMetadata\//)
  writeFileSync(keyFilename, 'hush')
  await expect(readTen(netWith([{ ...entry, keyFilename }]), 'gs://bucket/a')).rejects.toThrow(/keyFilename .* cannot be read$/)
})

test.each([
  ['s3', /^(GET|HEAD|PUT|DELETE) \/bucket\/folder\/a\.json$/],
  ['gs', /^(GET|POST|DELETE) (\/upload)?\/storage\/v1\/b\/bucket\/o(\/folder%2Fa\.json)?$/],
  ['az', /^(GET|HEAD|PUT|DELETE) \/account\/bucket\/folder\/a\.json$/],
])('%s: nothing is asked of the bucket, only of objects, so that no right of the bucket is needed', async (scheme, allowed) => {
  const document = JSON.stringify({ generation: '7', size: String(bytes.length), name: 'folder/a.json' })
  const refused: string[] = []
  const server = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', server.origin)
    const asked = `${request.method} ${pathname}`
    // A list, or what is asked of the whole bucket.
    if (!allowed.test(asked) || searchParams.has('restype') || searchParams.has('list-type')) {
      refused.push(asked)
      return void response.writeHead(403).end()
    }
    request.headers.range ??= request.headers['x-ms-range'] as string | undefined
    const isMetadata = scheme === 'gs' && request.method !== 'DELETE' && searchParams.get('alt') !== 'media'
    if (isMetadata) return void response.writeHead(200, { 'content-type': 'application/json' }).end(document)
    if (request.method === 'PUT') return void response.writeHead(scheme === 'az' ? 201 : 200, { etag: '"one"' }).end()
    if (request.method === 'DELETE') return void response.writeHead(scheme === 'az' ? 202 : 204).end()
    return serveRange(request, response, bytes, {
      etag: '"one"',
      'x-goog-generation': '7',
      'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT',
    })
  })
  const endpoint = scheme === 'az' ? `${server.origin}/account` : server.origin
  const entry = {
    prefix: `${scheme}://bucket/`,
    endpoint,
    apiEndpoint: endpoint,
    anonymous: true,
    region: 'us-east-1',
    projectId: 'p',
  }
  const net = netWith([entry])
  const address = `${scheme}://bucket/folder/a.json`
  await readTen(net, address)
  await net.readDocument(address, { maxBytes: 10_000 })
  await net.writeObject(address, Buffer.from('{}'), { ifAbsent: true })
  await net.deleteObject(address, {})
  expect(refused).toEqual([])
})
