import { readFile } from 'node:fs/promises'
import { UpstreamError, UpstreamUnauthorizedError } from '../errors.ts'
import { fetchToken, type TimedToken, TimedTokens } from './timed-tokens.ts'

/** What Azure's SDK takes. */
export interface TokenCredential {
  getToken(): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>
}

type Environment = Readonly<Record<string, string | undefined>>

const RESOURCE = 'https://storage.azure.com/'
const AUTHORITY = 'https://login.microsoftonline.com'
const METADATA = 'http://169.254.169.254'
const WHO = "Azure's identity service"

/**
 * Who this program is to Azure, as Microsoft's tools find it in the environment: a service principal, the workload of a cluster, or the
 * identity of an App Service or container; with `managedIdentity` that of the machine too. undefined: nobody.
 * @param clientId of an identity that the user has made
 */
export function azureIdentity(
  env: Environment,
  { managedIdentity = false, clientId = env.AZURE_CLIENT_ID }: { managedIdentity?: boolean; clientId?: string } = {},
): TokenCredential | undefined {
  const source = managedIdentity ? managed(env, clientId) : (principal(env, clientId) ?? ofService(env, clientId))
  if (!source) return undefined
  const tokens = new TimedTokens(source)
  return {
    async getToken() {
      const { token, expires } = await tokens.get('storage')
      return token === undefined ? null : { token, expiresOnTimestamp: expires }
    },
  }
}

type Source = () => Promise<TimedToken>

function managed(env: Environment, clientId: string | undefined): Source {
  return workload(env, clientId) ?? ofService(env, clientId) ?? ofMachine(env, clientId)
}

function principal(env: Environment, clientId: string | undefined): Source | undefined {
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_SECRET: secret } = env
  if (tenant === undefined || clientId === undefined || secret === undefined) return workload(env, clientId)
  return () => fromAuthority(env, tenant, { client_id: clientId, client_secret: secret })
}

/** A pod of a cluster: the token in its file stands for its secret, and is replaced there by and by. */
function workload(env: Environment, clientId: string | undefined): Source | undefined {
  const { AZURE_TENANT_ID: tenant, AZURE_FEDERATED_TOKEN_FILE: file } = env
  if (tenant === undefined || clientId === undefined || file === undefined) return undefined
  return async () => {
    const assertion = await readFile(file, 'utf8').catch(() => {
      throw new UpstreamUnauthorizedError('AZURE_FEDERATED_TOKEN_FILE cannot be read')
    })
    return fromAuthority(env, tenant, {
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion.trim(),
    })
  }
}

async function fromAuthority(env: Environment, tenant: string, who: Readonly<Record<string, string>>): Promise<TimedToken> {
  const authority = (env.AZURE_AUTHORITY_HOST ?? AUTHORITY).replace(/\/+$/, '')
  const href = `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
  const form = { grant_type: 'client_credentials', scope: `${RESOURCE}.default`, ...who }
  return tokenIn(await fetchToken(WHO, href, { form }))
}

/** App Service, Functions and Container Apps say where to ask. */
function ofService(env: Environment, clientId: string | undefined): Source | undefined {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = env
  if (endpoint === undefined || header === undefined) return undefined
  const query = { 'api-version': '2019-08-01', resource: RESOURCE, ...(clientId !== undefined && { client_id: clientId }) }
  const href = `${endpoint}?${String(new URLSearchParams(query))}`
  return async () => tokenIn(await fetchToken(WHO, href, { headers: { 'x-identity-header': header } }))
}

/** Virtual machines have a metadata service at an address of their own. */
function ofMachine(env: Environment, clientId: string | undefined): Source {
  const host = (env.AZURE_POD_IDENTITY_AUTHORITY_HOST ?? METADATA).replace(/\/+$/, '')
  const query = { 'api-version': '2018-02-01', resource: RESOURCE, ...(clientId !== undefined && { client_id: clientId }) }
  const href = `${host}/metadata/identity/oauth2/token?${String(new URLSearchParams(query))}`
  return async () => tokenIn(await fetchToken(WHO, href, { headers: { metadata: 'true' } }))
}

function tokenIn(answer: Readonly<Record<string, unknown>> | undefined): TimedToken {
  const { access_token: token, expires_in: seconds, expires_on: until } = answer ?? {}
  if (typeof token !== 'string' || token === '') throw new UpstreamError(`${WHO} answered no token`)
  const [left, end] = [Number(seconds ?? Number.NaN), Number(until ?? Number.NaN)]
  if (Number.isFinite(left)) return { token, expires: Date.now() + left * 1000 }
  return { token, expires: Number.isFinite(end) ? end * 1000 : Date.now() + 60_000 }
}
