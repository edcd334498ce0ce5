import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { fixtures, mosaicUrl } from './routes/testing-app.ts'

const program = fileURLToPath(new URL('../src/server.ts', import.meta.url))

/** The server as its users start it; `text` is all that it has written so far. */
function start(argv: readonly string[], env: Record<string, string> = {}) {
  // Only what a process needs: no SMALTI_ names of the machine that tests.
  const child = spawn(process.execPath, [program, ...argv], { env: { PATH: process.env.PATH ?? '', ...env } })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output.text += chunk.toString()))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, output }
}

/** Base address, once it listens. */
async function listening(child: ChildProcess, output: { text: string }): Promise<string> {
  for (;;) {
    const base = /listening on (http:\/\/[\d.]+:\d+)/.exec(output.text)?.[1]
    if (base) return base
    if (child.exitCode != null) throw new Error(`ended with ${child.exitCode}: ${output.text}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('--help prints the settings and ends with 0', async () => {
  const { child, output } = start(['--help'])
  expect(await once(child, 'close')).toEqual([0, null])
  expect(output.text).toMatch(/Usage: smalti serve \[settings\][^]*--port NUMBER[^]*SMALTI_ALLOW/)
})

test.each([
  [['--prot', '8000'], {}, 'smalti: unknown flag --prot; did you mean --port?\n'],
  [[], { SMALTI_WORKER: '2' }, 'smalti: unknown environment variable SMALTI_WORKER; did you mean SMALTI_WORKERS?\n'],
])('%j with %j ends with 2 and one line that helps', async (argv, env, line) => {
  const { child, output } = start(argv, env)
  expect(await once(child, 'close')).toEqual([2, null])
  expect(output.text).toBe(line)
})

test('a port that is in use, and a folder that is not there, are said by the names of their settings', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const { child, output } = start(['--port', String(port), '--allow', '/nowhere'])
  expect(await once(child, 'close')).toEqual([1, null])
  expect(output.text).toContain(`smalti: --port: ${port} of 127.0.0.1 is in use`)
  expect(output.text).toContain('--allow: /nowhere is not there')
})

test('it serves a real tile, says what may be read, and SIGTERM ends it with 0', async () => {
  const { child, output } = start(['--port', '0', '--allow', fixtures])
  const base = await listening(child, output)
  const reply = await fetch(`${base}/mosaic/6/34/22.png?url=${encodeURIComponent(mosaicUrl)}`)
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'image/png'])
  expect((await reply.bytes()).subarray(1, 4)).toEqual(new Uint8Array(Buffer.from('PNG')))
  expect((await fetch(`${base}/readyz`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([0, null])
  const lines = output.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.find((line) => line.msg === 'what may be read')).toMatchObject({ allow: [fixtures] })
  expect(lines.find((line) => line.route === '/mosaic/:z/:x/:y.:format')).toMatchObject({ status: 200, assets: 2 })
  expect(lines.at(-1)?.msg).toBe('stopped')
})

/** An upstream whose answer waits for the test. */
async function slowUpstream() {
  const asked = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const server = createServer((_request, reply) => {
    asked.resolve()
    void gate.promise.then(() => reply.end(readFileSync(mosaicUrl)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  return {
    prefix: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: asked.promise,
    open: () => gate.resolve(),
  }
}

test('requests in flight are finished before it ends', async () => {
  const upstream = await slowUpstream()
  const { child, output } = start(['--port', '0', '--allow', upstream.prefix])
  const base = await listening(child, output)
  const reply = fetch(`${base}/mosaic/info?url=${upstream.prefix}m.json`)
  await upstream.asked
  child.kill('SIGTERM')
  while (!output.text.includes('stopping')) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(child.exitCode).toBeNull()
  await expect(fetch(`${base}/readyz`)).rejects.toThrow('fetch failed')
  upstream.open()
  expect((await reply).status).toBe(200)
  expect(await once(child, 'close')).toEqual([0, null])
})

test('the drain has a limit', async () => {
  const upstream = await slowUpstream()
  const { child, output } = start(['--port', '0', '--allow', upstream.prefix, '--timeout', '2'])
  const base = await listening(child, output)
  const reply = fetch(`${base}/mosaic/info?url=${upstream.prefix}m.json`).catch((error: unknown) => error)
  await upstream.asked
  const began = performance.now()
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([0, null])
  expect(performance.now() - began).toBeLessThan(6000)
  await reply
})
