import { spawn } from 'node:child_process'
import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FileBackend, MemoryBackend, MosaicBackend } from '../../src/index.ts'
import { documentAt, onePiece, piece, temporaryFolder, twoPieces } from './pieces.ts'

/** The overview of two pieces has 8 x 8 blocks then, some of them without pixels, and three levels above. */
const ZOOM = 9
/** Blocks after which there are some with pixels, and some left. */
const SOME = 40
const TILES = [268, 269, 270, 271, 272, 273, 274, 275].flatMap((x) => [173, 174, 175, 176].map((y) => [x, y] as const))

/** 16 levels. */
function noise(column: number, row: number): number {
  return (Math.imul(column * 7919 + row * 104_729, 2_654_435_761) >>> 28) & 15
}

describe('an overview', () => {
  test('has at its zoom exactly what the tiles have without it', async () => {
    const path = await twoPieces()
    await using plain = await MosaicBackend(path, { mosaicDef: await documentAt(path) })
    await using mosaic = new FileBackend(path)
    const output = join(dirname(path), 'overview.tif')
    const built = await mosaic.overview(output, { zoom: ZOOM })
    expect(built).toMatchObject({ address: output, maxzoom: ZOOM, skipped: [], resumed: 0 })
    let compared = 0
    for (const [x, y] of TILES) {
      const wanted = await plain.tile(x, y, ZOOM).catch(() => undefined)
      const got = await mosaic.tile(x, y, ZOOM).catch(() => undefined)
      if (!wanted?.mask.includes(255)) continue
      expect(got?.assets).toEqual([output])
      expect(wanted.assets).not.toContain(output)
      expect(got?.bands, `${x}/${y}`).toEqual(wanted.bands)
      expect(got?.mask, `${x}/${y}`).toEqual(wanted.mask)
      compared++
    }
    expect(compared).toBeGreaterThan(8)
  })

  test('is named in the mosaic, beside all that was there, and used no more when the mosaic has got other tiles', async () => {
    const path = await twoPieces()
    const before = await documentAt(path)
    await using mosaic = new FileBackend(path)
    const { revision } = await mosaic.overview(join(dirname(path), 'overview.tif'), { zoom: 8 })
    const member = { href: 'overview.tif', maxzoom: 8, revision }
    expect(await documentAt(path)).toEqual({ ...before, 'smalti:overview': member })
    expect((await mosaic.tile(135, 87, 8)).assets).toEqual([join(dirname(path), 'overview.tif')])
    const feature = { type: 'Feature', properties: { path: 'pieces/east.tif' } } as const
    const ring = [
      [10, 48.5],
      [10.1, 48.5],
      [10.1, 48.6],
      [10, 48.5],
    ]
    await mosaic.update([{ ...feature, geometry: { type: 'Polygon', coordinates: [ring] } }] as never)
    expect((await documentAt(path))['smalti:overview']).toEqual(member)
    const { assets } = await mosaic.tile(135, 87, 8)
    expect(assets.length).toBeGreaterThan(0)
    expect(assets).not.toContain(join(dirname(path), 'overview.tif'))
  })

  test('is made and linked in SQLite too, where the document is never whole', async () => {
    const path = await twoPieces()
    const mosaicDef = await documentAt(path)
    const address = `sqlite:///${join(dirname(path), 'a.db')}:mosaic`
    await using mosaic = await MosaicBackend(address, { mosaicDef: { ...mosaicDef, asset_prefix: `${dirname(path)}/` } })
    await mosaic.write()
    const { revision } = await mosaic.overview(join(dirname(path), 'overview.tif'), { zoom: 8 })
    expect(mosaic.metadata['smalti:overview']).toEqual({ href: 'overview.tif', maxzoom: 8, revision })
    expect((await mosaic.tile(135, 87, 8)).assets).toEqual([join(dirname(path), 'overview.tif')])
  })

  test.each([
    ['float32 with nodata', { bands: [piece('float32', (c, r) => (c < 40 ? -9999 : c * r * 0.37))], nodata: -9999 }],
    ['int16 with a mask', { bands: [piece('int16', (c, r) => c - r)], mask: new Uint8Array(90_000).fill(255, 20_000) }],
    ['five bands of uint16', { bands: [1, 2, 3, 4, 5].map((n) => piece('uint16', (c, r) => n * 9000 + c * 20 + r)) }],
    [
      'alpha',
      { bands: [10, 20, 30, 0].map((n) => piece('uint8', (c) => (n === 0 ? (c > 90 ? 255 : 0) : n + (c % 50)))), alpha: true },
    ],
  ])('keeps type, values and validity of %s', async (_, options) => {
    const path = await onePiece(options)
    await using plain = await MosaicBackend(path, { mosaicDef: await documentAt(path) })
    await using mosaic = new FileBackend(path)
    const output = join(dirname(path), 'overview.tif')
    await mosaic.overview(output)
    const wanted = await plain.tile(67, 43, 7)
    const got = await mosaic.tile(67, 43, 7)
    expect(got.assets).toEqual([output])
    expect(got.dtype).toBe(wanted.dtype)
    expect(got.bands).toEqual(wanted.bands)
    expect(got.mask).toEqual(wanted.mask)
    expect(new Set(got.mask)).toEqual(new Set([0, 255]))
  })

  test.each(['jpeg', 'webp'] as const)(
    'of photographs is smaller as %s, with the same mask and about the same values',
    async (compression) => {
      const bands = [0, 40, 80].map((n) => piece('uint8', (c, r) => 60 + n + Math.floor((c + r) / 12) + noise(c, r)))
      const path = await onePiece({ bands, mask: new Uint8Array(90_000).fill(255, 20_000) })
      await using mosaic = new FileBackend(path)
      const exact = await mosaic.overview(join(dirname(path), 'exact.tif'), { link: false })
      const wanted = await mosaic.tile(67, 43, 7)
      const { mask } = wanted
      const output = join(dirname(path), 'overview.tif')
      const { bytes } = await mosaic.overview(output, { compression })
      expect(bytes).toBeLessThan(exact.bytes * 0.75)
      const got = await mosaic.tile(67, 43, 7)
      expect(got.assets).toEqual([output])
      expect(got.mask).toEqual(mask)
      const differences = wanted.bands.flatMap((band, b) =>
        Array.from(band, (v, i) => (mask[i] ? Math.abs(v - got.bands[b][i]) : 0)),
      )
      // Of 16 grey levels of noise, which is what these codecs leave out.
      expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeLessThan(4)
    },
  )

  test('of anything but photographs is refused as jpeg, before anything is made', async () => {
    const path = await onePiece({ bands: [piece('int16', (c) => c)] })
    await using mosaic = new FileBackend(path)
    const work = mosaic.overview(join(dirname(path), 'overview.tif'), { compression: 'jpeg' })
    await expect(work).rejects.toMatchObject({ parameter: 'compression', status: 422 })
    expect((await readdir(dirname(path))).toSorted()).toEqual(['a.tif', 'mosaic.json'])
  })

  test('has the descriptions, scales and offsets of the bands', async () => {
    const items =
      '<Item name="DESCRIPTION" sample="0" role="description">K\u00fcste &amp; &lt;Meer&gt;</Item><Item name="SCALE" sample="0" role="scale">0.5</Item><Item name="OFFSET" sample="0" role="offset">-3</Item>'
    const path = await onePiece({ bands: [piece('int16', () => 7)], gdalMetadata: `<GDALMetadata>${items}</GDALMetadata>` })
    await using mosaic = new FileBackend(path)
    const output = join(dirname(path), 'overview.tif')
    await mosaic.overview(output, { link: false })
    const bytes = (await readFile(output)).toString('utf8')
    expect(bytes).toContain('role="description">K\u00fcste &amp; &lt;Meer&gt;<')
    expect(bytes).toContain('role="scale">0.5<')
    expect(bytes).toContain('role="offset">-3<')
  })
})

async function stopped(path: string, output: string, after: number): Promise<void> {
  await using mosaic = new FileBackend(path)
  const stop = new AbortController()
  const onProgress = (done: number) => done >= after && stop.abort(new Error('enough'))
  const work = mosaic.overview(output, { zoom: ZOOM, link: false, concurrency: 1, signal: stop.signal, onProgress })
  await expect(work).rejects.toThrow('enough')
}

describe('work that was ended', () => {
  /** The bytes of an overview that was made in one go: wherever the mosaic lies they are the same. */
  let wanted: Buffer

  test('is not needed', async () => {
    const path = await twoPieces()
    await using mosaic = new FileBackend(path)
    const output = join(dirname(path), 'whole.tif')
    await mosaic.overview(output, { zoom: ZOOM, link: false })
    wanted = await readFile(output)
    expect(wanted.length).toBeGreaterThan(100_000)
  })

  test('is gone on with, and comes to the same bytes', async () => {
    const path = await twoPieces()
    const output = join(dirname(path), 'overview.tif')
    await stopped(path, output, SOME)
    expect(await readdir(dirname(path))).toContain('overview.tif.parts')
    // What a crash may leave behind the last whole line.
    await appendFile(`${output}.parts/blocks`, 'half a block')
    await appendFile(`${output}.parts/journal`, '{"key":"0/1/')
    await using mosaic = new FileBackend(path)
    const built = await mosaic.overview(output, { zoom: ZOOM, link: false })
    expect(built.resumed).toBeGreaterThanOrEqual(SOME)
    expect(await readFile(output)).toEqual(wanted)
    expect(await readdir(dirname(path))).not.toContain('overview.tif.parts')
  })

  test('is begun anew where its bytes are not what they were, or the mosaic is another one', async () => {
    const path = await twoPieces()
    const output = join(dirname(path), 'overview.tif')
    await stopped(path, output, SOME)
    const blocks = await readFile(`${output}.parts/blocks`)
    blocks[Math.floor(blocks.length / 2)] ^= 255
    await writeFile(`${output}.parts/blocks`, blocks)
    {
      await using mosaic = new FileBackend(path)
      const lines = (await readFile(`${output}.parts/journal`, 'utf8')).trimEnd().split('\n').length - 1
      const { resumed } = await mosaic.overview(output, { zoom: ZOOM, link: false })
      expect(resumed).toBeLessThan(lines)
      expect(await readFile(output)).toEqual(wanted)
    }
    const other = join(dirname(path), 'other.tif')
    await stopped(path, other, SOME)
    const document = await documentAt(path)
    await writeFile(path, JSON.stringify({ ...document, tiles: { ...document.tiles, '120203': ['pieces/east.tif'] } }))
    await using mosaic = new FileBackend(path)
    expect((await mosaic.overview(other, { zoom: ZOOM, link: false })).resumed).toBe(0)
  })

  test('by kill -9 is gone on with', async () => {
    const path = await twoPieces()
    const output = join(dirname(path), 'overview.tif')
    const builder = new URL('killed-builder.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [builder, path, output, String(ZOOM)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)))
    child.stdout.once('data', () => child.kill('SIGKILL'))
    expect(await ended).toBe('SIGKILL')
    await expect(stat(output)).rejects.toMatchObject({ code: 'ENOENT' })
    await using mosaic = new FileBackend(path)
    expect((await mosaic.overview(output, { zoom: ZOOM, link: false })).resumed).toBeGreaterThan(0)
    expect(await readFile(output)).toEqual(wanted)
  })

  test('is left alone while another process is at it', async () => {
    const path = await twoPieces()
    const output = join(dirname(path), 'overview.tif')
    await stopped(path, output, 1)
    await writeFile(`${output}.parts/lock`, String(process.ppid))
    await using mosaic = new FileBackend(path)
    await expect(mosaic.overview(output, { zoom: ZOOM, link: false })).rejects.toMatchObject({ code: 'BUSY' })
  })
})

describe('what is refused', () => {
  test('a file that is there, unless it may be replaced', async () => {
    const path = await twoPieces()
    const output = join(dirname(path), 'overview.tif')
    await writeFile(output, 'mine')
    await using mosaic = new FileBackend(path)
    await expect(mosaic.overview(output)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    expect(await readFile(output, 'utf8')).toBe('mine')
    await mosaic.overview(output, { overwrite: true })
    expect((await readFile(output)).subarray(0, 2).toString()).toBe('II')
  })

  test('an asset that cannot be read, unless it may be left out', async () => {
    const path = await twoPieces()
    await writeFile(join(dirname(path), 'pieces/east.tif'), 'not a TIFF')
    await using mosaic = new FileBackend(path)
    const output = join(dirname(path), 'overview.tif')
    await expect(mosaic.overview(output)).rejects.toThrow('east.tif')
    const { skipped } = await mosaic.overview(output, { onError: 'skip' })
    expect(skipped).toEqual([join(dirname(path), 'pieces/east.tif')])
  })

  test('assets of another type', async () => {
    const path = await onePiece({ bands: [piece('int16', (c) => c)] })
    const document = await documentAt(path)
    await using mosaic = new FileBackend(path)
    const { writeCog } = await import('../../scripts/fixtures/cog-writer.ts')
    const transform = [0.01, 0, 8.5, 0, -0.01, 51.5] as const
    const bands = [piece('float32', (c) => c)]
    await writeCog(join(dirname(path), 'b.tif'), { width: 300, height: 300, crs: { epsg: 4326 }, transform, bands })
    const tiles = Object.fromEntries(Object.entries(document.tiles).map(([key, assets], i) => [key, i < 3 ? assets : ['b.tif']]))
    await writeFile(path, JSON.stringify({ ...document, tiles }))
    await expect(mosaic.overview(join(dirname(path), 'overview.tif'))).rejects.toThrow(/b\.tif: 1 bands of float32.* 1 of int16/)
  })

  test('a mosaic that is not stored, a place that cannot be written, a folder that is not there', async () => {
    const path = await twoPieces()
    const folder = await temporaryFolder()
    await using memory = new MemoryBackend({ mosaicDef: await documentAt(path), cwd: dirname(path) })
    await expect(memory.overview(join(folder, 'a.tif'))).rejects.toMatchObject({ code: 'NOT_WRITABLE' })
    await using mosaic = new FileBackend(path)
    await expect(mosaic.overview('https://example.org/a.tif')).rejects.toMatchObject({ parameter: 'output' })
    await expect(mosaic.overview(join(folder, 'absent/a.tif'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await readdir(folder)).toEqual([])
  })
})
