import { STATUS_CODES } from '../../src/net/node-http.ts'
import { errorAnswer } from '../schema/answers.ts'
import { type JsonObject, type Json, referToSchemas, shareParts } from './shared-parts.ts'

const METHODS = ['get', 'put', 'post', 'patch', 'delete']
/** Every operation may answer them: an address that is not one, or is too long, and a fault of ours. */
const ALWAYS = ['400', '414', '431', '500']
const WITH_PARAMETERS = ['422']
/** Too large, or of a kind that is not read. */
const WITH_BODY = ['413', '415']
/** What @fastify/swagger writes where a route says nothing. */
const UNSAID = 'Default Response'
const ERROR = '#/components/schemas/Error'
/** From so many values on, an enum has a name of its own. */
const LONG_ENUM = 12

interface Operation extends JsonObject {
  tags: string[]
  parameters: JsonObject[]
  responses: { [status: string]: JsonObject }
}

interface Place {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

/**
 * An OpenAPI document in which parameters, answers and bodies that several operations have stand once, under `components`. What the
 * description of each operation says is the same as before; operations have ids, and parameters an example.
 */
export function sharedDescription(document: object): JsonObject {
  // Through JSON: schemas carry symbols and absent members.
  const plain = JSON.parse(JSON.stringify(document)) as JsonObject
  const { schemas: all = {}, ...others } = plain.components as { schemas?: JsonObject } & JsonObject
  const names = new Map(Object.entries(all).map(([name, schema]) => [JSON.stringify(schema), name]))
  const schemas = Object.fromEntries(Object.entries(all).map(([name, schema]) => [name, referToSchemas(schema, names)]))
  const paths = referToSchemas(plain.paths, names) as JsonObject
  const places = operationsOf(paths)
  for (const place of places) complete(place)
  Object.assign(schemas, shareParts(places.flatMap(longEnumsOf), 'schemas', 2))
  const parameters = shareParts(places.flatMap(parametersOf), 'parameters', 2)
  const requestBodies = shareParts(places.flatMap(bodiesOf), 'requestBodies', 2)
  const responses = shareParts(places.flatMap(responsesOf), 'responses', 2)
  return { ...plain, paths, components: { ...others, schemas, parameters, requestBodies, responses } }
}

function operationsOf(paths: JsonObject): Place[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => Object.hasOwn(item as JsonObject, method)).map((method) => ({
      path,
      method,
      operation: (item as JsonObject)[method] as Operation,
    })),
  )
}

/** `GET /mosaic/{z}/{x}/{y}@{scale}x.{format}` is `get_mosaic_z_x_y_scale_x_format`. */
function operationId({ method, path }: Place): string {
  return [method, ...path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')].join('_')
}

function complete(place: Place): void {
  const { operation } = place
  const { summary, tags, ...others } = operation
  for (const key of Object.keys(operation)) delete operation[key]
  Object.assign(operation, { operationId: operationId(place), summary, tags, ...others })
  for (const parameter of operation.parameters ?? []) {
    if (parameter.required === false) delete parameter.required
    const { default: fallback, enum: choices, type } = parameter.schema as JsonObject
    const example = fallback ?? (choices as Json[] | undefined)?.[0] ?? (type === 'boolean' ? true : undefined)
    if (parameter.example === undefined && parameter.examples === undefined && example !== undefined) parameter.example = example
  }
  const { responses } = operation
  const takes = [...(operation.parameters ? WITH_PARAMETERS : []), ...(operation.requestBody ? WITH_BODY : [])]
  for (const status of [...ALWAYS, ...takes]) responses[status] ??= { description: UNSAID }
  for (const [status, response] of Object.entries(responses)) {
    if (response.description !== UNSAID) continue
    const isError = Number(status) >= 400 && (response.content === undefined || JSON.stringify(response.content).includes(ERROR))
    const said = isError ? errorAnswer(Number(status), ERROR) : { ...response, description: `${summary as string}.` }
    responses[status] = said as JsonObject
  }
}

function longEnumsOf({ operation }: Place) {
  return (operation.parameters ?? []).flatMap((parameter) => {
    const value = parameter.schema as JsonObject
    const isLong = Array.isArray(value.enum) && value.enum.length >= LONG_ENUM
    const name = (parameter.name as string).replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
    return isLong ? [{ value, names: [name], replace: (by: Json) => void (parameter.schema = by) }] : []
  })
}

function parametersOf({ operation }: Place) {
  const list = operation.parameters ?? []
  return list.map((value, index) => {
    const name = value.name as string
    const names = [name, `${name}.${value.in as string}`, `${name}.${operation.tags[0]}`]
    return { value, names, replace: (by: Json) => void (list[index] = by as JsonObject) }
  })
}

function bodiesOf({ operation, path }: Place) {
  const value = operation.requestBody as JsonObject | undefined
  if (!value) return []
  const name = path.split('/').find((part, index) => index > 1 && /^\w+$/.test(part)) ?? 'body'
  return [
    { value, names: [`${name[0].toUpperCase()}${name.slice(1)}`], replace: (by: Json) => void (operation.requestBody = by) },
  ]
}

/** Called by the schema of their JSON, else by what the status means: TileJson, NotFound. */
function responsesOf({ operation }: Place) {
  return Object.entries(operation.responses).map(([status, value]) => {
    const schema = JSON.stringify(value.content ?? {}).match(
      /^\{"[^"]*":\{"schema":\{"\$ref":"#\/components\/schemas\/(\w+)"/,
    )?.[1]
    const meaning = (STATUS_CODES[status] ?? 'Answer').replaceAll(/[^A-Za-z]/g, '')
    const name = schema !== undefined && schema !== 'Error' ? schema : meaning
    const names = [...(status === '200' && schema === undefined ? [] : [name]), `${name}.${operation.tags[0]}`]
    return { value, names, replace: (by: Json) => void (operation.responses[status] = by as JsonObject) }
  })
}
