import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDemo } from '../../../scripts/demo/make.ts'
import { type Running, startSmalti } from '../../../scripts/servers/smalti.ts'
import { root } from '../demo.ts'

const there = existsSync(
  join(process.env.TEST_SERVERS ?? join(homedir(), '.cache/smalti/servers'), 'schemathesis/bin/schemathesis'),
)
if (!there && process.env.CI !== 'true')
  console.log('schemathesis is not installed (bash scripts/servers/schemathesis.sh install): skipped')

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
  'unsupported_method',
  'allow_header_conformance',
]
/** One of each handler: every value at and past each limit takes minutes where all paths that lead to it are asked. */
const ONE_OF_EACH = String.raw`^/(mosaic/(info|point|validate|tilejson\.json|assets|tiles/[^/]*$|[^/]*/[^/]*/\{y\}$)|cog/(info|statistics|preview$)|stac/assets|tileMatrixSets|colorMaps|algorithms|mosaics$|api$|$)`

/** Item with one asset of the demo. */
async function writeItem(folder: string): Promise<string> {
  const pieces = await readdir(join(root, 'demo/blue-marble'))
  const href = join(root, 'demo/blue-marble', pieces.filter((name) => name.endsWith('.tif')).toSorted()[0])
  const path = join(folder, 'item.json')
  const coordinates = [
    [
      [-180, -90],
      [180, -90],
      [180, 90],
      [-180, 90],
      [-180, -90],
    ],
  ]
  const item = {
    type: 'Feature',
    stac_version: '1.0.0',
    id: 'piece',
    geometry: { type: 'Polygon', coordinates },
    bbox: [-180, -90, 180, 90],
    properties: { datetime: '2024-01-01T00:00:00Z' },
    links: [],
    assets: { visual: { href, type: 'image/tiff; application=geotiff; profile=cloud-optimized' } },
  }
  await writeFile(path, JSON.stringify(item))
  return path
}

/** Sources that are there: with others, all that would be tested is how they are refused. */
function configOf(item: string): string {
  return [
    '[[operations]]',
    'include-path-regex = "^/mosaic/"',
    'parameters = { "query.url" = "demo/blue-marble.json", "query.assets" = [] }',
    '[[operations]]',
    'include-path-regex = "^/stac/"',
    `parameters = { "query.url" = ${JSON.stringify(item)}, "query.assets" = ["visual"] }`,
    '[[operations]]',
    'include-path-regex = "^/cog/"',
    'parameters = { "query.url" = "demo/blue-marble/r0c0.tif" }',
    '',
  ].join('\n')
}

describe.skipIf(!there && process.env.CI !== 'true')('a fuzzer by the description of the interface: schemathesis', () => {
  let folder: string
  let server: Running
  beforeAll(async () => {
    await makeDemo(console.log)
    folder = await mkdtemp(join(tmpdir(), 'smalti-schemathesis-'))
    await writeFile(join(folder, 'config.toml'), configOf(await writeItem(folder)))
    await writeFile(join(folder, 'plain.toml'), '')
    server = await startSmalti(['--allow', 'demo', '--allow', folder, '--log-level', 'warn'], { cwd: root })
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function fuzz(base: string, config: string, ...options: readonly string[]): Promise<{ code: number; report: string }> {
    const script = join(root, 'scripts/servers/schemathesis.sh')
    const always = ['--url', base, '--seed', '1', '--no-shrink', '--workers', '1', '--continue-on-failure']
    const args = [
      script,
      'run',
      join(folder, config),
      join(root, 'openapi.yaml'),
      ...always,
      '--checks',
      CHECKS.join(),
      ...options,
    ]
    const env = { ...process.env, PYTHONPATH: fileURLToPath(new URL('.', import.meta.url)), SCHEMATHESIS_HOOKS: 'serializers' }
    return new Promise((resolve) => {
      execFile('bash', args, { cwd: folder, env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
        const code = error ? Number(error.code ?? -1) : 0
        // Its own traces are long; what it found is short.
        resolve({ code, report: `${stdout}${stderr}`.slice(-20_000) })
      })
    })
  }

  test.each([
    [
      'the examples, and requests that the description allows',
      'config.toml',
      ['--phases', 'examples,fuzzing', '--mode', 'positive', '-n', '8'],
    ],
    ['requests of any kind', 'plain.toml', ['--phases', 'examples,fuzzing', '-n', '12']],
    ['values at and past every limit', 'plain.toml', ['--phases', 'coverage', '--include-path-regex', ONE_OF_EACH]],
  ])('%s: no 5xx, and no answer that is not described', { timeout: 240_000 }, async (_what, config, options) => {
    const { code, report } = await fuzz(server.base, config, ...options)
    expect(code, report).toBe(0)
    expect(Number(/(\d+) generated/.exec(report)?.[1])).toBeGreaterThan(100)
    expect(server.output()).not.toMatch(/request failed|uncaught/i)
  })

  test('nor where it may write', { timeout: 240_000 }, async () => {
    const key = 'a-key-that-the-fuzzer-has'
    const written = join(folder, 'written')
    await mkdir(written)
    await writeFile(
      join(folder, 'write.toml'),
      `[[operations]]\ninclude-path-regex = "^/mosaic/$"\nparameters = { "query.url" = ${JSON.stringify(join(written, 'mosaic.json'))} }\n`,
    )
    const flags = ['--allow', written, '--write-key', key, '--max-jobs', '64', '--log-level', 'warn']
    await using writer = await startSmalti(flags, { cwd: written })
    const options = ['--include-path-regex', String.raw`^/mosaic/(create.*)?$`, '--phases', 'examples,fuzzing', '-n', '40']
    const { code, report } = await fuzz(writer.base, 'write.toml', ...options, '--header', `Authorization: Bearer ${key}`)
    expect(code, report).toBe(0)
    expect(writer.output()).not.toMatch(/request failed|uncaught/i)
  })
})
