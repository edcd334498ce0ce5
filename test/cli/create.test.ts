import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { PassThrough } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EXIT } from '../../src/cli/exit-codes.ts'
import { StoppedError } from '../../src/cli/stopped.ts'
import { fromUrls } from '../../src/index.ts'
import type { MosaicJSON } from '../../src/mosaic/document.ts'
import { east, ownFolder, pieces, smalti, west } from './testing-cli.ts'

const documentIn = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as MosaicJSON

describe('the input', () => {
  test.each([
    ['words', [west, east]],
    ['a folder', [pieces]],
    ['a pattern', [join(pieces, '{west,east}.t?f')]],
  ])('%s', async (_, words) => {
    const { code, stdout } = await smalti(['create', ...words], { cwd: ownFolder() })
    expect(code).toBe(0)
    const sorted = words.length > 1 ? [west, east] : [east, west]
    expect(JSON.parse(stdout)).toEqual(await fromUrls(sorted))
  })

  test('a list, by its name and on stdin, with empty lines and the same image twice; paths stay as they are written', async () => {
    const cwd = ownFolder()
    await cp(pieces, join(cwd, 'in'), { recursive: true })
    const text = '\n  in/west.tif\r\n\nin/east.tif\nin/west.tif'
    writeFileSync(join(cwd, 'list.txt'), text)
    const expected = await fromUrls(['in/west.tif', 'in/east.tif'], { cwd })
    for (const [words, stdin] of [
      [['list.txt'], ''],
      [['-'], text],
      [[], text],
    ] as const) {
      expect(JSON.parse((await smalti(['create', ...words], { cwd, stdin })).stdout)).toEqual(expected)
    }
  })

  test('--absolute writes paths in full, which a mosaic in a bucket needs', async () => {
    const cwd = ownFolder()
    await cp(west, join(cwd, 'a.tif'))
    const { stdout } = await smalti(['create', 'a.tif', 'https://127.0.0.1:1/b.tif', '--absolute'], { cwd })
    expect(Object.values((JSON.parse(stdout) as MosaicJSON).tiles)[0]).toEqual([join(cwd, 'a.tif')])
  })

  test.each([
    ['nothing.txt', 'nothing.txt was not found'],
    ['*.none', 'no file is like *.none'],
    ['empty', 'empty: there is no TIFF in it'],
    ['mosaic.json', 'mosaic.json is a JSON document, not a list of addresses'],
    ['binary', 'binary is neither a TIFF nor a list of addresses'],
    ['-', 'there is no file in the input'],
  ])('%s is refused before anything is read', async (word, message) => {
    const cwd = ownFolder()
    await mkdir(join(cwd, 'empty'))
    writeFileSync(join(cwd, 'mosaic.json'), ' {"mosaicjson": "0.0.3"}')
    writeFileSync(join(cwd, 'binary'), Buffer.from([0x1f, 0x8b, 0, 0]))
    expect(await smalti(['create', word], { cwd })).toMatchObject({ code: 2, stderr: `smalti create: ${message}\n` })
  })

  test('a person who gives none is not kept waiting', async () => {
    const { code, stderr } = await smalti(['create'], { cwd: ownFolder(), isTTY: true })
    expect([code, stderr]).toEqual([2, expect.stringContaining('--help says more')])
  })
})

test('all that the document says, packed, in a database, and as JSON', async () => {
  const cwd = ownFolder()
  const flags = ['--minzoom', '4', '--maxzoom', '9', '--quadkey-zoom', '6', '--name', 'n', '--description', 'd']
  const more = ['--attribution', 'a', '--asset-prefix', pieces, '--max-files', '1', '--tile-cover-sort']
  const packed = await smalti(['create', west, east, '-o', 'm.json.gz', ...flags, ...more, '--json'], { cwd })
  const mosaic = JSON.parse(gunzipSync(readFileSync(join(cwd, 'm.json.gz'))).toString()) as MosaicJSON
  const members = { name: 'n', description: 'd', attribution: 'a', minzoom: 4, maxzoom: 9, quadkey_zoom: 6, asset_prefix: pieces }
  expect(mosaic).toMatchObject(members)
  expect(Object.values(mosaic.tiles).every((assets) => assets.length === 1 && /^(west|east)\.tif$/.test(assets[0]))).toBe(true)
  expect(JSON.parse(packed.stdout)).toMatchObject({ address: 'm.json.gz', assets: 2, quadkey_zoom: 6, failed: [] })
  expect(packed).toMatchObject({ code: 0, stderr: '' })

  const told = await smalti(['create', west, east, '-o', 'sqlite:///m.db:one', ...flags, ...more], { cwd })
  expect(told).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^sqlite:\/\/\/m\.db:one: 2 files on \d tiles/),
  })
  const read = await smalti(['info', 'sqlite:///m.db:one', '--json'], { cwd })
  expect(JSON.parse(read.stdout)).toMatchObject({ Backend: 'SQLite', Profile: { Name: 'n' }, GEO: { 'QuadKey Zoom': 6 } })
})

test('a tile matrix set by its id and by a definition in a file', async () => {
  const cwd = ownFolder()
  expect((await smalti(['create', west, '--tms', 'WGS1984Quad'], { cwd })).stderr).toBe(
    'smalti create: --tms: WGS1984Quad has no quadkeys, so it can have no mosaics\n',
  )
  expect((await smalti(['create', west, '--tms', 'WebMercatorQuat'], { cwd })).stderr).toContain('did you mean WebMercatorQuad?')
  const { default: sets } = await import('../../src/grid/tile-matrix-sets.json', { with: { type: 'json' } })
  writeFileSync(join(cwd, 'own.json'), JSON.stringify({ ...sets.WebMercatorQuad, id: 'OwnQuad' }))
  const own = await smalti(['create', west, '--tms', 'own.json', '-q'], { cwd: process.cwd() })
  expect(own.stderr).toContain('own.json cannot be read: ENOENT')
  const made = await smalti(['create', west, '--tms', relative(process.cwd(), join(cwd, 'own.json')), '-q'], { cwd })
  expect((JSON.parse(made.stdout) as MosaicJSON).tilematrixset).toMatchObject({ id: 'OwnQuad' })
})

describe('nothing is overwritten', () => {
  const kept = '{"somebody":"else"}'

  test.each(['m.json', 'sqlite:///m.db:one'])(
    '%s that is there: 3, and nothing of it changed; --force replaces it',
    async (address) => {
      const cwd = ownFolder()
      await smalti(['create', west, '-o', address, '--name', 'first'], { cwd })
      const again = ['create', west, east, '-o', address, '--name', 'second']
      const refused = await smalti(again, { cwd })
      expect(refused).toMatchObject({ code: EXIT.refused, stdout: '' })
      expect(refused.stderr).toContain(`${address} is there already and may not be overwritten\n--force replaces it.`)
      const nameThere = async () => JSON.parse((await smalti(['info', address, '--json'], { cwd })).stdout).Profile.Name as string
      expect(await nameThere()).toBe('first')
      expect((await smalti([...again, '--force'], { cwd })).code).toBe(0)
      expect(await nameThere()).toBe('second')
    },
  )

  test('what is there and is no mosaic is not overwritten either', async () => {
    const cwd = ownFolder()
    writeFileSync(join(cwd, 'm.json'), kept)
    expect((await smalti(['create', west, '-o', 'm.json'], { cwd })).code).toBe(EXIT.refused)
    expect(readFileSync(join(cwd, 'm.json'), 'utf8')).toBe(kept)
  })

  test('what appears while the images are read stays: 3', async () => {
    const cwd = ownFolder()
    const stdin = new PassThrough()
    const running = smalti(['create', '-o', 'm.json'], { cwd, stdin })
    stdin.write(`${west}\n`)
    // It has looked, found the place free, and waits for the rest of the list.
    await expect.poll(() => stdin.readableLength).toBe(0)
    writeFileSync(join(cwd, 'm.json'), kept)
    stdin.end()
    expect((await running).code).toBe(EXIT.refused)
    expect(readFileSync(join(cwd, 'm.json'), 'utf8')).toBe(kept)
    expect(readdirSync(cwd).toSorted()).toEqual(['cache', 'm.json'])
  })

  test.each(['m.json', 'sqlite:///m.db:one'])(
    'of several that create %s at once one does, and the others are told: 3',
    async (address) => {
      const cwd = ownFolder()
      const names = ['a', 'b', 'c', 'd']
      const runs = await Promise.all(names.map((name) => smalti(['create', west, '-o', address, '--name', name], { cwd })))
      expect(runs.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 3, 3, 3])
      const winner = names[runs.findIndex(({ code }) => code === 0)]
      expect((await smalti(['info', address, '--json'], { cwd })).stdout).toContain(`"Name":"${winner}"`)
    },
  )

  test.each([
    ['https://example.com/m.json', 'a mosaic cannot be written to https://example.com/m.json'],
    [':memory:', 'a mosaic cannot be written to :memory:'],
    ['there/is/none/m.json', 'is not a folder'],
  ])('%s is no place: 2, before an image is read', async (address, message) => {
    const { code, stderr } = await smalti(['create', 'http://127.0.0.1:1/a.tif', '-o', address], { cwd: ownFolder() })
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('images that cannot be read', () => {
  test('are left out and named: 4; --json names them too', async () => {
    const cwd = ownFolder()
    writeFileSync(join(cwd, 'broken.tif'), 'II*\0 and no more')
    const { code, stdout, stderr } = await smalti(['create', 'none.tif', west, 'broken.tif', '-o', 'm.json', '--json'], { cwd })
    expect(code).toBe(EXIT.incomplete)
    expect(stderr).toMatch(/^2 could not be read:\n {2}.*none\.tif was not found\n {2}.*broken\.tif.*\n$/)
    expect(JSON.parse(stdout)).toMatchObject({
      assets: 1,
      failed: [{ path: 'none.tif', code: 'NOT_FOUND' }, { path: 'broken.tif' }],
    })
    expect(documentIn(join(cwd, 'm.json'))).toEqual(await fromUrls([west]))
  })

  test('--on-error fail writes nothing: 1', async () => {
    const cwd = ownFolder()
    const { code, stderr } = await smalti(['create', west, 'none.tif', '-o', 'm.json', '--on-error', 'fail'], { cwd })
    expect([code, stderr]).toEqual([1, expect.stringContaining('none.tif was not found')])
    expect(existsSync(join(cwd, 'm.json'))).toBe(false)
  })

  test('none that can be read is a failure', async () => {
    expect((await smalti(['create', 'none.tif'], { cwd: ownFolder() })).code).toBe(EXIT.failed)
  })
})

/** Images by http, one of which is not answered; `asked`: how often each was. */
async function slowServer() {
  const bytes = readFileSync(west)
  const asked = new Map<string, number>()
  const state = { isSlow: true }
  const server = createServer((request, reply) => {
    const name = request.url ?? ''
    asked.set(name, (asked.get(name) ?? 0) + 1)
    if (state.isSlow && name === '/7.tif') return
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const part = bytes.subarray(Number(from), to === '' ? undefined : Number(to) + 1)
    reply.writeHead(206, { etag: '"1"', 'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}` })
    reply.end(part)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { asked, state, list: Array.from({ length: 10 }, (_, i) => `${base}/${i}.tif`).join('\n') }
}

describe('a run that was stopped', () => {
  test.each([
    ['by itself', []],
    ['with --resume', ['--resume', 'seen.ndjson']],
  ])('is taken up %s: only what is missing is read', async (_, flags) => {
    const cwd = ownFolder()
    const { asked, state, list } = await slowServer()
    const stop = new AbortController()
    const line = ['create', '-o', 'm.json', '--threads', '2', ...flags]
    const running = smalti(line, { cwd, stdin: list, signal: stop.signal })
    await expect.poll(() => asked.size, { timeout: 10_000 }).toBe(10)
    await expect.poll(() => asked.get('/9.tif')).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    stop.abort(new StoppedError('interrupted', EXIT.interrupted))
    const stopped = await running
    expect(stopped).toMatchObject({ code: EXIT.interrupted, stdout: '' })
    expect(stopped.stderr).toMatch(/9 headers are kept: the same command goes on from there\nsmalti: interrupted\n$/)
    expect(existsSync(join(cwd, 'm.json'))).toBe(false)

    state.isSlow = false
    asked.clear()
    const second = await smalti(line, { cwd, stdin: list })
    expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining('9 of 10 had been read before') })
    expect([...asked.keys()]).toEqual(['/7.tif'])
    expect(documentIn(join(cwd, 'm.json'))).toEqual(await fromUrls(list.split('\n')))
    // A file that was named is the user's; ours is gone when all is done.
    const file = join(cwd, 'seen.ndjson')
    const named = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0
    expect(named).toBe(flags.length > 0 ? 10 : 0)
    expect(readdirSync(cwd, { recursive: true }).filter((name) => String(name).includes('footprints/'))).toEqual([])
  })

  test('a journal whose last line is torn is used, and written on', async () => {
    const cwd = ownFolder()
    const line = ['create', west, east, '--resume', 'seen.ndjson']
    const { stdout } = await smalti(line, { cwd })
    const whole = readFileSync(join(cwd, 'seen.ndjson'), 'utf8')
    writeFileSync(join(cwd, 'seen.ndjson'), whole.slice(0, -20))
    const second = await smalti(line, { cwd })
    expect(second).toMatchObject({ code: 0, stdout, stderr: '1 of 2 had been read before\n' })
    const third = await smalti(line, { cwd })
    expect(third).toMatchObject({ code: 0, stdout, stderr: '2 of 2 had been read before\n' })
  })

  test('a local image that has been changed since is read again, and one of another grid too', async () => {
    const cwd = ownFolder()
    await cp(west, join(cwd, 'a.tif'))
    const line = ['footprint', 'a.tif', '--resume', 'seen.ndjson']
    const first = await smalti(line, { cwd })
    await cp(east, join(cwd, 'a.tif'))
    const second = await smalti(line, { cwd })
    expect(second.stderr).toBe('')
    expect(second.stdout).not.toBe(first.stdout)
    expect((await smalti([...line, '--tms', 'WGS1984Quad'], { cwd })).stderr).toBe('')
    expect((await smalti(line, { cwd })).stderr).toBe('1 of 1 had been read before\n')
  })
})

test('a person sees a bar, a file gets no half of one, and --quiet shows nothing', async () => {
  const cwd = ownFolder()
  const bar = await smalti(['create', west, east, '-o', 'a.json'], { cwd, isTTY: true })
  expect(bar.stderr).toMatch(/reading headers █{28} 100 % {2}2\/2/)
  const plain = await smalti(['create', west, east, '-o', 'b.json'], { cwd })
  expect(plain.stderr).toBe('b.json: 2 files on 4 tiles of zoom 7\n')
  expect((await smalti(['create', west, east, '-o', 'c.json', '-q'], { cwd, isTTY: true })).stderr).toBe('')
})
