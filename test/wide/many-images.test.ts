import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeCog } from '../../scripts/fixtures/cog-writer.ts'
import type { MosaicJSON } from '../../src/mosaic/document.ts'

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'smalti-many-')))
const journals = join(folder, 'cache/smalti/footprints')
const [COLUMNS, ROWS] = [100, 100]
const STEP = 0.06

/** As a TIFF has it. */
const number = (value: number) => Buffer.from(new Float64Array([value]).buffer)

/** Tiny images side by side: one is written, the others are its bytes with another place. */
beforeAll(async () => {
  const [x, y] = [12.25, 48.75]
  const one = join(folder, 'one.tif')
  await writeCog(one, {
    width: 64,
    height: 64,
    bands: [new Uint8Array(64 * 64)],
    crs: { epsg: 4326 },
    transform: [0.001, 0, x, 0, -0.001, y],
  })
  const bytes = readFileSync(one)
  const [atX, atY] = [bytes.indexOf(number(x)), bytes.indexOf(number(y))]
  for (let col = 0; col < COLUMNS; col++) {
    mkdirSync(join(folder, 'images', String(col)), { recursive: true })
    for (let row = 0; row < ROWS; row++) {
      bytes.set(number(col * STEP - 30), atX)
      bytes.set(number(55 - row * STEP), atY)
      writeFileSync(join(folder, 'images', String(col), `${row}.tif`), bytes)
    }
  }
})

afterAll(() => rmSync(folder, { recursive: true }))

function create(output: string): ChildProcess {
  const env = { PATH: process.env.PATH ?? '', XDG_CACHE_HOME: join(folder, 'cache') }
  return spawn(process.execPath, [program, 'create', 'images', '-o', output], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

/** Lines of the journal that a run keeps. */
function kept(): number {
  const [name] = existsSync(journals) ? readdirSync(journals) : []
  return name === undefined ? 0 : readFileSync(join(journals, name), 'utf8').split('\n').length - 1
}

test('10,000 images: killed twice, taken up twice, the same document in bounded memory', { timeout: 300_000 }, async () => {
  for (const enough of [1500, 4000]) {
    const child = create('killed.json')
    const ended = once(child, 'exit')
    await expect.poll(kept, { timeout: 110_000, interval: 50 }).toBeGreaterThan(enough)
    child.kill('SIGKILL')
    await ended
    expect(readdirSync(folder).toSorted()).toEqual(['cache', 'images', 'one.tif'])
  }
  const before = kept()
  const child = create('killed.json')
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  let peak = 0
  const look = setInterval(() => {
    try {
      const [, kB] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
      // Of a process that is just ending there is none any more.
      peak = Math.max(peak, Number(kB ?? 0) / 1024)
    } catch {
      // It has ended.
    }
  }, 50)
  expect(await once(child, 'exit')).toEqual([0, null])
  clearInterval(look)
  // The last line may have been torn.
  const [, known] = /^(\d+) of 10000 had been read before$/m.exec(said) ?? []
  expect(Number(known)).toBeGreaterThanOrEqual(before - 1)
  expect(Number(known)).toBeLessThan(10_000)
  // MiB: 360 were measured with 20,000 of them, and 590 with 100,000.
  expect(peak).toBeGreaterThan(50)
  expect(peak).toBeLessThan(450)
  expect(readdirSync(journals)).toEqual([])

  expect(await once(create('whole.json'), 'exit')).toEqual([0, null])
  const [killed, whole] = ['killed.json', 'whole.json'].map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as MosaicJSON,
  )
  expect(killed).toEqual(whole)
  expect(new Set(Object.values(whole.tiles).flat()).size).toBe(10_000)
})
