import { expect, onTestFinished, test } from 'vitest'
import { createCredentials, type CredentialEntry } from '../../src/net/credentials.ts'
import { createNet } from '../../src/net/net.ts'
import type { WritableNet } from '../../src/net/source.ts'
import { countingBytes, type LocalServer, serve, serveRange } from './local-server.ts'

const bytes = countingBytes(1000)

interface Service extends LocalServer {
  /** Signature that the storage takes now. */
  good: string
  /** Milliseconds for which the next token counts. */
  life: number
  status: number
}

/** A service of tokens as Planetary Computer's, and the storage that takes them; accounts are folders, as those of emulators. */
async function planetary(): Promise<Service> {
  let issued = 0
  const server = await serve((request, response) => {
    const url = new URL(request.url ?? '', 'http://host')
    if (url.pathname.startsWith('/api/sas/v1/token/')) {
      if (service.status !== 200) return void response.writeHead(service.status).end('{"detail":"hush"}')
      service.good = `st=a%3Ab&sig=hush${++issued}`
      const expiry = new Date(Date.now() + service.life).toISOString()
      return void response.end(JSON.stringify({ token: service.good, 'msft:expiry': expiry }))
    }
    // Clients may write the rest in other ways.
    if (`sig=${url.searchParams.get('sig')}` !== service.good.replace(/^.*&/, '')) return void response.writeHead(403).end()
    request.headers.range ??= String(request.headers['x-ms-range'])
    return serveRange(request, response, bytes)
  })
  const service: Service = { ...server, good: 'none yet', life: 3_600_000, status: 200 }
  return service
}

function netOf(service: Service, entry: Partial<CredentialEntry> = {}): WritableNet {
  const tokenEndpoint = `${service.origin}/api/sas/v1/token/`
  const entries = [{ prefix: `${service.origin}/naip/`, tokenEndpoint, ...entry } as CredentialEntry]
  const net = createNet({
    allow: [`${service.origin}/`],
    cwd: '/',
    credentials: createCredentials(entries),
    limits: { retryMs: 1 },
  })
  onTestFinished(() => net.close())
  return net
}

const asked = (service: Service) => service.requests.flatMap(({ url = '' }) => (url.startsWith('/api') ? [url] : []))
const read = async (net: WritableNet, address: string) => (await net.open(address)).read(0, 10)

test('one token a container, asked for once by all who wait, is in no name and no revision', async () => {
  const service = await planetary()
  const net = netOf(service)
  await Promise.all(['a', 'b', 'c'].map((name) => read(net, `${service.origin}/naip/v1/${name}.tif`)))
  await read(net, `${service.origin}/naip/v1/deep/d.tif`)
  expect(asked(service)).toEqual(['/api/sas/v1/token/naip/v1'])
  const source = await net.open(`${service.origin}/naip/v1/a.tif`)
  await source.read(0, 10)
  expect(JSON.stringify([source.name, source.revision])).not.toContain('hush')
})

test('it is fetched anew shortly before its end, and once when it is refused', async () => {
  const service = await planetary()
  const net = netOf(service)
  service.life = 0
  await read(net, `${service.origin}/naip/v1/a.tif`)
  service.life = 3_600_000
  await read(net, `${service.origin}/naip/v1/a.tif`)
  await read(net, `${service.origin}/naip/v1/a.tif`)
  expect(asked(service)).toHaveLength(2)
  service.good = 'sig=withdrawn'
  await read(net, `${service.origin}/naip/v1/a.tif`)
  expect(asked(service)).toHaveLength(3)
})

test('a service that gives none: 404 means that none is needed, all else is an error without its words', async () => {
  const service = await planetary()
  service.status = 404
  await expect(read(netOf(service), `${service.origin}/naip/v1/a.tif`)).rejects.toMatchObject({ status: 401 })
  for (const [status, expected] of [
    [403, 401],
    [500, 502],
  ]) {
    service.status = status
    const reading = read(netOf(service), `${service.origin}/naip/v1/a.tif`)
    await expect(reading).rejects.toMatchObject({ status: expected, message: expect.not.stringContaining('hush') })
  }
})

test('an address with a signature of its own is not touched, nor is one outside the prefix', async () => {
  const service = await planetary()
  service.good = 'sig=own'
  await read(netOf(service), `${service.origin}/naip/v1/a.tif?sig=own`)
  await expect(read(netOf(service), `${service.origin}/other/v1/a.tif`)).rejects.toMatchObject({ status: 401 })
  expect(asked(service)).toEqual([])
})

test('az:// takes them too, and asks again when they are refused', async () => {
  const service = await planetary()
  const net = netOf(service, { prefix: 'az://imagery/', endpoint: `${service.origin}/naip` })
  const all = createNet({
    allow: 'all',
    cwd: '/',
    credentials: createCredentials([
      { prefix: 'az://imagery/', endpoint: `${service.origin}/naip`, tokenEndpoint: `${service.origin}/api/sas/v1/token` },
    ]),
  })
  onTestFinished(() => all.close())
  await expect(read(net, 'az://imagery/a.tif')).rejects.toMatchObject({ status: 403 })
  await read(all, 'az://imagery/a.tif')
  expect(asked(service)).toEqual(['/api/sas/v1/token/naip/imagery'])
  service.good = 'sig=withdrawn'
  await read(all, 'az://imagery/a.tif')
  expect(asked(service)).toHaveLength(2)
})

test('a star for the account is every account there', () => {
  const entry = { prefix: 'https://*.blob.core.windows.net/', tokenEndpoint: 'https://tokens.example/' }
  const credentials = createCredentials([entry, { prefix: 'https://own.blob.core.windows.net/', headers: { a: 'b' } }])
  expect(credentials.for('https://naipeuwest.blob.core.windows.net/naip/a.tif')).toBe(entry)
  expect(credentials.for('https://own.blob.core.windows.net/naip/a.tif')).not.toBe(entry)
  for (const host of ['blob.core.windows.net', 'a.blob.core.windows.net.evil.org', 'evilblob.core.windows.net']) {
    expect(credentials.for(`https://${host}/naip/a.tif`), host).toBeUndefined()
  }
})
