import { readFile } from 'node:fs/promises'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { openApiYaml } from '../scripts/openapi-yaml.ts'
import { testingApp } from './routes/testing-app.ts'

interface Description {
  readonly paths: Record<string, Record<string, { summary?: string; tags?: string[]; responses: Record<string, unknown> }>>
}

const committed = await readFile(new URL('../openapi.yaml', import.meta.url), 'utf8')
const description = parse(committed) as Description

test('openapi.yaml is what the routes say (npm run openapi writes it)', async () => {
  expect(committed).toBe(await openApiYaml())
})

test('a validator accepts it', async () => {
  const { valid, errors } = await new Validator().validate(parse(committed))
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
})

test('every path has a summary, a tag and answers; titiler’s paths are there', () => {
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const { summary, tags, responses } of Object.values(operations))
      expect([path, summary != null, tags?.length, Object.keys(responses).length > 0]).toEqual([path, true, 1, true])
  }
  expect(Object.keys(description.paths)).toEqual(
    expect.arrayContaining([
      '/mosaic/{z}/{x}/{y}',
      '/mosaic/tiles/{tileMatrixSetId}/{z}/{x}/{y}@{scale}x.{format}',
      '/mosaic/{tileMatrixSetId}/tilejson.json',
      '/mosaic/bbox/{minx},{miny},{maxx},{maxy}/assets',
    ]),
  )
})

test('every parameter says what it is, and shows one', () => {
  const inline = Object.values(description.paths)
    .flatMap((path) => Object.values(path) as { parameters?: object[] }[])
    .flatMap(({ parameters = [] }) => parameters)
    .filter((parameter) => !('$ref' in parameter))
  const shared = Object.values((description as unknown as { components: { parameters: object } }).components.parameters)
  for (const parameter of [...inline, ...shared] as {
    name: string
    description?: string
    example?: unknown
    examples?: unknown
  }[])
    expect([
      parameter.name,
      parameter.description !== undefined,
      (parameter.example ?? parameter.examples) !== undefined,
    ]).toEqual([parameter.name, true, true])
})

test('what several operations share stands once, and every operation has an id of its own', () => {
  const operations = Object.values(description.paths).flatMap((path) => Object.values(path)) as {
    operationId: string
    parameters?: object[]
    responses: Record<string, object>
  }[]
  const ids = operations.map(({ operationId }) => operationId)
  expect(ids).toEqual([...new Set(ids)])
  const inline = operations
    .flatMap(({ parameters = [], responses }) => [...parameters, ...Object.values(responses)])
    .filter((part) => !('$ref' in part))
    .map((part) => JSON.stringify(part))
  expect(inline).toEqual([...new Set(inline)])
  expect(JSON.stringify(inline)).not.toContain('Default Response')
})

test('/api is the same description', async () => {
  const { app } = await testingApp()
  const reply = await app.inject('/api')
  expect(reply.headers['content-type']).toMatch(/^application\/vnd\.oai\.openapi\+json/)
  expect(reply.json()).toEqual(description)
})
