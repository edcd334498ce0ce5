import { afterAll, beforeAll, expect, test } from 'vitest'
import { readFile } from 'node:fs/promises'
import { makeDemo } from '../../scripts/demo/make.ts'
import { end, type RealServer, script, startReal } from '../../scripts/servers/real.ts'
import { freePort } from '../../scripts/servers/smalti.ts'
import { demoFolder, root } from './demo.ts'

const tag = 'smalti:test'
let port: number
let container: RealServer

beforeAll(async () => {
  await makeDemo(console.log)
  await script('image', 'build', tag, root)
  port = await freePort()
  container = await startReal('image', 'start', port, tag, demoFolder)
}, 600_000)

afterAll(() => script('image', 'clean'))

test('the linter has nothing to say about the Dockerfile', async () => {
  expect(await script('image', 'lint', `${root}Dockerfile`)).toBe('')
})

test('the server in the image answers with a tile of a mounted mosaic', async () => {
  const reply = await fetch(`${container.base}/mosaic/2/1/1.webp?url=/data/blue-marble.json`)
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'image/webp'])
  expect((await reply.arrayBuffer()).byteLength).toBeGreaterThan(500)
})

test('a relative address is looked for below the mounted folder, and nothing else of the image is readable', async () => {
  const inside = await fetch(`${container.base}/mosaic/info?url=blue-marble.json`)
  const outside = await fetch(`${container.base}/mosaic/info?url=/app/package.json`)
  expect([inside.status, outside.status]).toEqual([200, 403])
})

test('it runs as a user without rights on a file system that it cannot write', async () => {
  const status = await readFile(`/proc/${container.pid}/status`, 'utf8')
  expect(/^Uid:\s+(\d+)\s+(\d+)/m.exec(status)?.slice(1)).toEqual(['1000', '1000'])
  expect(/^CapEff:\s+(\w+)/m.exec(status)?.[1]).toBe('0000000000000000')
  const mounts = await readFile(`/proc/${container.pid}/mountinfo`, 'utf8')
  const writable = mounts.split('\n').filter((line) => / \/ \/ | \/data /.test(line) && !/ ro[, ]/.test(line))
  expect(writable).toEqual([])
})

test('it runs from the bundle that was made with it', async () => {
  expect(await readFile(`/proc/${container.pid}/cmdline`, 'utf8')).toContain('/app/node_modules/.cache/bundle/')
})

test('its health check passes while the server runs', async () => {
  await expect(script('image', 'healthcheck', String(port), tag)).resolves.toBe('')
})

test('its health check fails where nothing answers', async () => {
  await expect(script('image', 'healthcheck', String(await freePort()), tag)).rejects.toThrow('healthcheck')
})

test('it holds what runs and nothing of the tests', async () => {
  const names = (await script('image', 'files', tag)).split('\n')
  expect(names.sort()).toEqual(['LICENSE', 'node_modules', 'openapi.yaml', 'package.json', 'routes', 'src'])
})

test('SIGTERM reaches the server, which drains and ends', async () => {
  const begin = performance.now()
  await end(container.pid)
  expect(performance.now() - begin).toBeLessThan(10_000)
})
