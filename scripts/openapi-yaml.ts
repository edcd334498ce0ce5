import { stringify } from 'yaml'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import type { Engine } from '../src/tile.ts'

/** The OpenAPI description of the routes, as it is committed. Nothing is opened: no request is made. */
export async function openApiYaml(): Promise<string> {
  const config = parseConfig(['--log-level', 'silent'], {})
  const app = await buildApp({ config, engine: {} as Engine })
  await app.ready()
  const description = app.swagger()
  await app.close()
  // Through JSON: schemas carry symbols and absent members that YAML would choke on.
  return stringify(JSON.parse(JSON.stringify(description)), { lineWidth: 120, aliasDuplicateObjects: false })
}
