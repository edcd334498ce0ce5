import { Document, isScalar, visit } from 'yaml'
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
  const document = new Document(description, { aliasDuplicateObjects: false })
  // Short things stand on one line: references, and lists of plain values.
  visit(document, {
    Map: (_, map) => void (map.flow = map.items.length === 1 && map.has('$ref')),
    Seq: (_, list) => void (list.flow = list.items.every((item) => isScalar(item))),
  })
  return document.toString({ lineWidth: 120, flowCollectionPadding: false })
}
