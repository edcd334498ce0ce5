import { expect, test } from 'vitest'
import { createCredentials } from '../../src/net/credentials.ts'
import { createNet } from '../../src/net/net.ts'
import { parseDynamo, printDynamo } from '../../src/stores/dynamodb-address.ts'
import { nextGeneration, parseTileKey, printTileKey } from '../../src/stores/dynamodb-generation.ts'
import { dynamoKind } from '../../src/stores/dynamodb-store.ts'
import { fromItem, toItem } from '../../src/stores/dynamodb-value.ts'
import { storeKindOf } from '../../src/stores/registry.ts'
import type { MosaicStore } from '../../src/stores/store.ts'
import { updateStored } from '../../src/stores/update-stored.ts'
import { made, roomy } from '../mosaic/made-mosaic.ts'
import { serve } from '../net/local-server.ts'

test.each([
  ['dynamodb://us-east-1/table', 'us-east-1', 'table', 'table'],
  ['dynamodb:///table', undefined, 'table', 'table'],
  ['dynamodb:///table:mosaic', undefined, 'table', 'mosaic'],
  ['dynamodb://us-gov-west-1/a.b-c_d:M-1.2_3', 'us-gov-west-1', 'a.b-c_d', 'M-1.2_3'],
  ['dynamodb://cn-northwest-1/t:m', 'cn-northwest-1', 't', 'm'],
])('%s is region %s, table %s, mosaic %s', (address, region, table, mosaic) => {
  expect(parseDynamo(address)).toEqual({ region, table, mosaic })
  expect(parseDynamo(printDynamo(parseDynamo(address)))).toEqual(parseDynamo(address))
  expect(storeKindOf(address).name).toBe('DynamoDB')
})

test.each([
  'dynamodb://us-east-1/',
  'dynamodb://us-east-1',
  'dynamodb:///t:',
  'dynamodb:///t:a:b',
  'dynamodb:///a/b',
  'dynamodb:///t?x',
  'dynamodb://us_east/t',
])('%s is an error of the parameter url', (address) => {
  expect(() => parseDynamo(address)).toThrow(expect.objectContaining({ status: 422, parameter: 'url' }))
})

test('generations sort in the order in which they were listed, and no two writers have the same', () => {
  const listed: string[] = []
  for (let i = 0; i < 12; i++) listed.push(nextGeneration(listed))
  expect(listed.toSorted()).toEqual(listed)
  expect(nextGeneration(listed)).not.toBe(nextGeneration(listed))
})

test('sort keys are never empty, and hold quadkey and generation', () => {
  expect(printTileKey('', '0000000001-a')).toBe('#0000000001-a')
  for (const quadkey of ['', '0', '0123']) {
    expect(parseTileKey(printTileKey(quadkey, '0000000001-a'))).toEqual({ quadkey, generation: '0000000001-a' })
  }
  expect(parseTileKey('0123')).toEqual({ quadkey: '0123', generation: undefined })
  expect(parseTileKey('-1')).toBeUndefined()
})

test('members become attributes and members again', () => {
  const members = { a: 'x', b: 1.5, c: true, d: [1, 'two', { e: [] }], f: { g: 'h' } }
  expect(fromItem(toItem({ ...members, absent: undefined }))).toEqual(members)
  expect(toItem({ nothing: null })).toEqual({ nothing: { NULL: true } })
})

type Reply = { readonly status?: number; readonly body: unknown }

/** A service that answers what `reply` says to each operation. */
async function service(reply: (operation: string, body: Record<string, unknown>) => Reply) {
  const asked: { operation: string; body: Record<string, unknown> }[] = []
  const server = await serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const operation = String(request.headers['x-amz-target']).split('.')[1]
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
    asked.push({ operation, body })
    const { status = 200, body: answer } = reply(operation, body)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer))
  })
  const credentials = createCredentials([
    { prefix: 'dynamodb://us-east-1/t', endpoint: server.origin, accessKeyId: 'a', secretAccessKey: 'secret' },
  ])
  const net = createNet({ allow: ['dynamodb://us-east-1/t'], cwd: '/', credentials, limits: { tries: 1 } })
  return { asked, context: { net, cwd: '/', limits: roomy } }
}

test('what the service does not take is sent again, and only that', async () => {
  let first = true
  const { asked, context } = await service((operation, body) => {
    if (operation !== 'BatchWriteItem' || !first) return { body: {} }
    first = false
    return { body: { UnprocessedItems: { t: (body.RequestItems as { t: unknown[] }).t.slice(1) } } }
  })
  await dynamoKind.create?.(
    'dynamodb:///t:m',
    made({ tiles: { '000': ['/a.tif'], '001': ['/b.tif'], '002': ['/c.tif'] } }),
    context,
    {},
  )
  const batches = asked
    .filter(({ operation }) => operation === 'BatchWriteItem')
    .map(({ body }) => (body.RequestItems as { t: unknown[] }).t.length)
  expect(batches).toEqual([3, 2])
  // The metadata item comes when all tiles are there.
  expect(asked.at(-1)?.operation).toBe('PutItem')
  expect(asked.at(-1)?.body).toMatchObject({ ConditionExpression: 'attribute_not_exists(quadkey)' })
})

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Record<string, { readonly S?: string }> }
  readonly DeleteRequest?: { readonly Key: Record<string, { readonly S?: string }> }
}

const requestsOf = ({ body }: { body: Record<string, unknown> }) => (body.RequestItems as { t: WriteRequest[] }).t

const item = (quadkey: string, asset: string) => ({
  mosaicId: { S: 'm' },
  quadkey: { S: quadkey },
  assets: { L: [{ S: asset }] },
})

test('empty pages are followed to the end', async () => {
  const metadata = toItem({
    layout: 'smalti-1',
    revision: 'r',
    generations: ['0000000001-a', '0000000002-b'],
    members: JSON.stringify({ mosaicjson: '0.0.3', minzoom: 1, maxzoom: 2 }),
  })
  const pages = [
    { Items: [item('0#0000000001-a', '/old.tif')], LastEvaluatedKey: { quadkey: { S: 'x' } } },
    { Items: [], LastEvaluatedKey: { quadkey: { S: 'y' } } },
    { Items: [item('0#0000000002-b', '/new.tif'), item('0#0000000003-c', '/unlisted.tif'), item('1#0000000001-a', '/b.tif')] },
  ]
  let page = 0
  const { asked, context } = await service((operation) => ({
    body: operation === 'GetItem' ? { Item: metadata } : pages[page++ % 3],
  }))
  const store = await dynamoKind.open('dynamodb:///t:m', context, {})
  expect(await store?.assetsFor([''], { maxAssets: 9 })).toEqual(['/new.tif', '/b.tif'])
  expect(asked.filter(({ operation }) => operation === 'Query').every(({ body }) => body.ConsistentRead === true)).toBe(true)
})

test('an update reads and writes the tiles under its features, the metadata, and nothing else', async () => {
  const metadata = toItem({
    layout: 'smalti-1',
    revision: 'r',
    generations: ['0000000001-a'],
    members: JSON.stringify({ mosaicjson: '0.0.3', minzoom: 3, maxzoom: 5, version: '1.0.0', bounds: [0, 0, 90, 66] }),
  })
  const ring = [
    [1, 1],
    [80, 1],
    [80, 2],
    [1, 2],
  ]
  const { asked, context } = await service((operation) => {
    if (operation === 'GetItem') return { body: { Item: metadata } }
    if (operation !== 'Query') return { body: {} }
    return { body: { Items: [item('122#0000000000-dead', '/dead.tif'), item('122#0000000001-a', '/old.tif')] } }
  })
  const store = (await dynamoKind.open('dynamodb:///t:m', context, {})) as MosaicStore
  asked.length = 0
  await updateStored(store, [{ geometry: { type: 'Polygon', coordinates: [ring] }, properties: { path: '/new.tif' } }])
  expect(asked.map(({ operation }) => operation)).toEqual(['GetItem', 'Query', 'BatchWriteItem', 'PutItem', 'BatchWriteItem'])
  expect(asked[1].body.ExpressionAttributeValues).toMatchObject({ ':from': { S: '122' }, ':below': { S: '1234' } })
  const [puts, removes] = asked.filter(({ operation }) => operation === 'BatchWriteItem').map(requestsOf)
  expect(puts.map(({ PutRequest }) => [PutRequest?.Item.quadkey.S?.split('-')[0], PutRequest?.Item.assets])).toEqual([
    ['122#0000000002', { L: [{ S: '/new.tif' }, { S: '/old.tif' }] }],
    ['123#0000000002', { L: [{ S: '/new.tif' }] }],
  ])
  expect(asked[3].body).toMatchObject({ ExpressionAttributeValues: { ':v0': { S: 'r' } } })
  expect(removes.map(({ DeleteRequest }) => DeleteRequest?.Key.quadkey.S)).toEqual(['122#0000000000-dead', '122#0000000001-a'])
})

test('an update in cogeo-mosaic\u2019s layout stays in it: its tiles, then the metadata', async () => {
  const metadata = toItem({ mosaicjson: '0.0.3', minzoom: 3, maxzoom: 5, version: '1.0.0', bounds: [0, 0, 90, 66] })
  const { asked, context } = await service((operation) => {
    if (operation === 'GetItem') return { body: { Item: metadata } }
    return { body: operation === 'Query' ? { Items: [item('122', '/old.tif')] } : {} }
  })
  const store = (await dynamoKind.open('dynamodb:///t:m', context, {})) as MosaicStore
  asked.length = 0
  const ring = [
    [1, 1],
    [2, 1],
    [2, 2],
    [1, 1],
  ]
  await updateStored(store, [{ geometry: { type: 'Polygon', coordinates: [ring] }, properties: { path: '/new.tif' } }])
  expect(asked.map(({ operation }) => operation)).toEqual(['GetItem', 'Query', 'BatchWriteItem', 'PutItem'])
  expect(requestsOf(asked[2]).map(({ PutRequest }) => PutRequest?.Item.quadkey)).toEqual([{ S: '122' }])
  expect(asked[3].body).toMatchObject({
    Item: { version: { S: '1.0.1' }, mosaicjson: { S: '0.0.3' } },
    ConditionExpression: expect.stringContaining('#n1 = :v1'),
  })
})

test.each([
  ['ResourceNotFoundException', 400, 404],
  ['AccessDeniedException', 400, 401],
  ['UnrecognizedClientException', 400, 401],
  ['ProvisionedThroughputExceededException', 400, 503],
  ['InternalServerError', 500, 502],
])('%s is %i there and %i here, without secrets', async (type, status, expected) => {
  const { context } = await service(() => ({
    status,
    body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'secret' },
  }))
  const opening = dynamoKind.open('dynamodb:///t:m', context, {})
  await expect(opening).rejects.toMatchObject({ status: expected, message: expect.not.stringContaining('secret') })
})

test('a table that is not allowed is not asked', async () => {
  const { asked, context } = await service(() => ({ body: {} }))
  for (const address of ['dynamodb:///other', 'dynamodb://eu-west-1/t', 'dynamodb:///t2:m']) {
    await expect(dynamoKind.open(address, context, {})).rejects.toMatchObject({ status: 403 })
  }
  expect(asked).toEqual([])
})
