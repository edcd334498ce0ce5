import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { AzureClients } from '../../src/net/azure-clients.ts'
import { azureIdentity } from '../../src/net/azure-identity.ts'
import { createCredentials, type CredentialEntry } from '../../src/net/credentials.ts'
import { defaultLimits } from '../../src/net/limits.ts'
import { parseObject } from '../../src/net/object-address.ts'
import { serve } from './local-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Answers a token to everything, and notes what was asked. */
async function identityService() {
  const asked: { url: string; headers: Record<string, unknown>; form: Record<string, string> }[] = []
  const server = await serve(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)))
    asked.push({ url: request.url ?? '', headers: request.headers, form })
    response.end(JSON.stringify({ access_token: `hush${asked.length}`, expires_in: 3600 }))
  })
  return { ...server, asked }
}

test('a machine is asked by its metadata service, once for many', async () => {
  const { origin, asked } = await identityService()
  const identity = azureIdentity({ AZURE_POD_IDENTITY_AUTHORITY_HOST: origin }, { managedIdentity: true, clientId: 'mine' })
  const tokens = await Promise.all([identity?.getToken(), identity?.getToken()])
  expect(tokens.map((found) => found?.token)).toEqual(['hush1', 'hush1'])
  expect(asked).toHaveLength(1)
  expect(asked[0].headers.metadata).toBe('true')
  expect(asked[0].url).toBe(
    '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=mine',
  )
})

test('a pod brings the token in its file, a service principal its secret, an App Service its header', async () => {
  const { origin, asked } = await identityService()
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'token'), 'federated\n')
  const who = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_AUTHORITY_HOST: `${origin}/` }
  await azureIdentity({ ...who, AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token') })?.getToken()
  await azureIdentity({ ...who, AZURE_CLIENT_SECRET: 'secret' })?.getToken()
  await azureIdentity({ IDENTITY_ENDPOINT: `${origin}/msi`, IDENTITY_HEADER: 'header' })?.getToken()
  expect(asked.map(({ url }) => url)).toEqual([
    '/tenant/oauth2/v2.0/token',
    '/tenant/oauth2/v2.0/token',
    '/msi?api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com%2F',
  ])
  expect(asked[0].form).toMatchObject({ client_id: 'client', client_assertion: 'federated' })
  expect(asked[1].form).toEqual({
    grant_type: 'client_credentials',
    scope: 'https://storage.azure.com/.default',
    client_id: 'client',
    client_secret: 'secret',
  })
  expect(asked[2].headers['x-identity-header']).toBe('header')
})

test('without any of these there is nobody', () => {
  expect(azureIdentity({})).toBeUndefined()
  expect(azureIdentity({ AZURE_CLIENT_ID: 'client', AZURE_TENANT_ID: 'tenant' })).toBeUndefined()
})

test('its tokens go to accounts of Azure and nowhere else, and only where there is no key', async () => {
  const { origin } = await identityService()
  const env = { IDENTITY_ENDPOINT: `${origin}/msi`, IDENTITY_HEADER: 'header' }
  const tokenOf = async (address: string, entries: readonly CredentialEntry[] = [], more: Record<string, string> = {}) => {
    const options = { credentials: createCredentials(entries), env: { ...env, ...more }, limits: defaultLimits }
    const { blob } = await new AzureClients(options).for(parseObject(address), { writes: false })
    return 'getToken' in blob.credential ? (await blob.credential.getToken([]))?.token : undefined
  }
  const mine = 'az://mine.blob.core.windows.net/container/a'
  expect(await tokenOf(mine)).toBe('hush1')
  expect(await tokenOf(mine, [{ prefix: 'az://', managedIdentity: true }])).toBe('hush2')
  expect(await tokenOf('az://container/a', [{ prefix: 'az://', account: 'mine', managedIdentity: true }])).toBe('hush3')
  expect(await tokenOf('az://mine.evil.org/container/a')).toBeUndefined()
  expect(await tokenOf('az://blob.core.windows.net.evil.org/container/a')).toBeUndefined()
  expect(await tokenOf(mine, [], { AZURE_NO_SIGN_REQUEST: 'YES' })).toBeUndefined()
  expect(await tokenOf(mine, [], { AZURE_STORAGE_ACCOUNT: 'mine', AZURE_STORAGE_SAS_TOKEN: 'sig=x' })).toBeUndefined()
})
