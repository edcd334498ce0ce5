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
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: false }).replaceAll(LONG_LIST, filled)
}

const WIDTH = 120
/** A list that did not fit on one line, and has a line for each value. */
const LONG_LIST = /\[\n(?: +[\w.:-]+,?\n)+ +\]/g

/** The same list, with as many values on a line as fit. */
function filled(list: string): string {
  const values = list.match(/[\w.:-]+/g) ?? []
  const indent = /\n( +)/.exec(list)?.[1] ?? ''
  const lines = ['']
  for (const [index, value] of values.entries()) {
    const text = `${value}${index < values.length - 1 ? ', ' : ''}`
    if (indent.length + (lines.at(-1) ?? '').length + text.length > WIDTH) lines.push('')
    lines[lines.length - 1] += text
  }
  return `[\n${lines.map((line) => `${indent}${line.trimEnd()}\n`).join('')}${indent.slice(2)}]`
}
