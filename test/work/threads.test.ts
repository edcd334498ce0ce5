import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'

const MODULE = new URL('../../src/work/threads.ts', import.meta.url).href

/** A process of its own: libuv's pool starts once. Counts its threads while more work waits than it can hold. */
const SCRIPT = `
  const { configureThreads } = await import('${MODULE}')
  configureThreads()
  const { deflate } = await import('node:zlib')
  const { readdirSync, readFileSync } = await import('node:fs')
  const sharp = (await import('sharp')).default
  await Promise.all(Array.from({ length: 40 }, () => new Promise((done) => deflate(new Uint8Array(100_000), done))))
  const names = readdirSync('/proc/self/task').map((id) => readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim())
  console.log(JSON.stringify([names.filter((name) => name === 'libuv-worker').length, sharp.concurrency(), sharp.cache().memory.max]))
`

function run(env: Record<string, string>): unknown {
  const { UV_THREADPOOL_SIZE: _own, ...clean } = process.env
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT], { env: { ...clean, ...env } }).toString(),
  )
}

describe.skipIf(process.platform !== 'linux')('threads beside the raster threads (counted in /proc)', () => {
  it('are twice the cores in libuv, and one an operation in libvips, without a cache', () => {
    expect(run({})).toEqual([Math.max(4, 2 * availableParallelism()), 1, 0])
  })

  it('leave the size that the operator has set', () => {
    expect(run({ UV_THREADPOOL_SIZE: '7' })).toEqual([7, 1, 0])
  })
})
