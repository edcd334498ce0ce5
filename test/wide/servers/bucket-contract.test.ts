import { readFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MosaicJSON } from '../../../src/mosaic/document.ts'
import { type CredentialEntry, createCredentials } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import { newTrace, type WritableNet } from '../../../src/net/source.ts'
import { storeKindOf } from '../../../src/stores/registry.ts'
import { type Cloud, clouds, secretsOf } from './clouds.ts'

const pieces = new URL('../../fixtures/mosaics/pieces/', import.meta.url)
const mosaic = JSON.parse(await readFile(new URL('../mosaic.json', pieces), 'utf8')) as MosaicJSON
const limits = { maxBytes: 2 ** 20, maxUnpacked: 2 ** 24, memory: 2 ** 24 }
const maxBytes = limits.maxBytes
const ODD_KEYS = [
  'a b.json',
  'q?x=1&y.json',
  'hash#1.json',
  'gr\u00fc\u00dfe/\u6771\u4eac.json',
  '100%25.json',
  "it's (1)+2.json",
]

for (const kind of clouds) {
  if (kind.missing !== undefined && process.env.CI !== 'true') console.warn(`${kind.name} is left out: ${kind.missing}`)

  describe.skipIf(kind.missing !== undefined && process.env.CI !== 'true')(`bucket: ${kind.name}`, () => {
    let cloud: Cloud
    let net: WritableNet
    /** Of this run: the real services keep what earlier ones left. */
    const folder = `run-${randomBytes(4).toString('hex')}/`
    const at = (key: string): string => cloud.root + folder + key

    /** A server's log is no place for them, and some mean a leak. */
    const warnings: string[] = []
    const note = ({ name, message }: Error) => warnings.push(`${name}: ${message}`)

    beforeAll(async () => {
      process.on('warning', note)
      if (kind.missing !== undefined) throw new Error(kind.missing)
      cloud = await kind.start()
      net = netWith(cloud.credentials)
    })
    afterAll(async () => {
      process.off('warning', note)
      await net?.close()
      await cloud?.[Symbol.asyncDispose]()
    })

    const netWith = (credentials: readonly CredentialEntry[], timeoutMs?: number): WritableNet =>
      createNet({ allow: [cloud.root], cwd: process.cwd(), credentials: createCredentials(credentials), timeoutMs })
    const context = () => ({ net, cwd: process.cwd(), limits })
    const openMosaic = (key: string) => storeKindOf(at(key)).open(at(key), context(), {})

    test('ranges are exact, shorter only at the end, and know size and revision', async () => {
      const bytes = randomBytes(100_000)
      await net.writeObject(at('range.bin'), bytes, {})
      const source = await net.open(at('range.bin'))
      expect(source.size).toBeUndefined()
      const trace = newTrace()
      expect(await source.read(10, 20, { trace })).toEqual(new Uint8Array(bytes.subarray(10, 30)))
      expect(source.size).toBe(100_000)
      expect(source.revision).toBeTruthy()
      expect(trace).toMatchObject({ reads: 1, bytesRead: 20 })
      expect(await source.read(99_990, 1000)).toEqual(new Uint8Array(bytes.subarray(99_990)))
      expect(await source.read(100_000, 10)).toHaveLength(0)
      const parts = await Promise.all(Array.from({ length: 50 }, (_, i) => source.read(i * 2000, 2000)))
      expect(Buffer.concat(parts).equals(bytes)).toBe(true)
    })

    test('an opened object that is replaced is an error, never a mixture', async () => {
      await net.writeObject(at('pinned.bin'), Buffer.from('a'.repeat(1000)), {})
      const source = await net.open(at('pinned.bin'))
      await source.read(0, 10)
      await net.writeObject(at('pinned.bin'), Buffer.from('b'.repeat(1000)), {})
      await expect(source.read(10, 10)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
    })

    test('an empty object has no bytes, and a range behind the end has none', async () => {
      await net.writeObject(at('empty.bin'), new Uint8Array(0), {})
      const source = await net.open(at('empty.bin'))
      expect(await source.read(0, 100)).toHaveLength(0)
      expect(source.size).toBe(0)
      const document = await net.readDocument(at('empty.bin'), { maxBytes })
      expect(document?.bytes).toHaveLength(0)
      await net.writeObject(at('short.bin'), Buffer.from('abc'), {})
      expect(await (await net.open(at('short.bin'))).read(50, 10)).toHaveLength(0)
    })

    test('a key that is absent is not found', async () => {
      const absent = { code: 'NOT_FOUND', status: 404 }
      await expect(net.readDocument(at('absent.json'), { maxBytes })).rejects.toMatchObject(absent)
      await expect((await net.open(at('absent.tif'))).read(0, 10)).rejects.toMatchObject(absent)
      await expect(net.deleteObject(at('absent.json'), {})).rejects.toMatchObject(absent)
    })

    test('a document is sent again only when it has changed, and not at all when it is too long', async () => {
      const revision = await net.writeObject(at('doc.json'), Buffer.from('{"a":1}'), {})
      const first = await net.readDocument(at('doc.json'), { maxBytes })
      expect(first?.revision).toBe(revision)
      expect(Buffer.from(first?.bytes ?? []).toString()).toBe('{"a":1}')
      expect(await net.readDocument(at('doc.json'), { maxBytes, ifNot: revision })).toBeUndefined()
      await net.writeObject(at('doc.json'), Buffer.from('{"a":2}'), {})
      const second = await net.readDocument(at('doc.json'), { maxBytes, ifNot: revision })
      expect(Buffer.from(second?.bytes ?? []).toString()).toBe('{"a":2}')
      await expect(net.readDocument(at('doc.json'), { maxBytes: 3, setting: '--max-mosaic-bytes' })).rejects.toMatchObject({
        code: 'TOO_LARGE',
      })
    })

    test.each(ODD_KEYS)('the key %s is written and read as it is', async (key) => {
      await net.writeObject(at(key), Buffer.from(key), {})
      const document = await net.readDocument(at(key), { maxBytes })
      expect(Buffer.from(document?.bytes ?? []).toString()).toBe(key)
      expect(Buffer.from(await (await net.open(at(key))).read(0, 100)).toString()).toBe(key)
    })

    test('of twenty writers that may not overwrite, one wins, and its document is there', async () => {
      const writers = Array.from({ length: 20 }, (_, i) =>
        net.writeObject(at('race.json'), Buffer.from(`${i}`), { ifAbsent: true }),
      )
      const outcomes = await Promise.allSettled(writers)
      const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
      expect(winners).toHaveLength(1)
      const losers = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
      for (const loser of losers) expect(loser).toMatchObject({ code: 'ALREADY_EXISTS' })
      const document = await net.readDocument(at('race.json'), { maxBytes })
      expect(Buffer.from(document?.bytes ?? []).toString()).toBe(`${winners[0]}`)
    })

    test('of twenty writers over the same revision, one wins', async () => {
      const ifRevision = await net.writeObject(at('update.json'), Buffer.from('old'), {})
      const writers = Array.from({ length: 20 }, (_, i) =>
        net.writeObject(at('update.json'), Buffer.from(`${i}`), { ifRevision }),
      )
      const outcomes = await Promise.allSettled(writers)
      const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
      expect(winners).toHaveLength(1)
      const losers = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
      for (const loser of losers) expect(loser).toMatchObject({ code: 'PRECONDITION_FAILED', status: 412 })
      const document = await net.readDocument(at('update.json'), { maxBytes })
      expect(Buffer.from(document?.bytes ?? []).toString()).toBe(`${winners[0]}`)
    })

    test('what has been deleted since it was read is not written again', async () => {
      const ifRevision = await net.writeObject(at('gone.json'), Buffer.from('old'), {})
      await net.deleteObject(at('gone.json'), {})
      await expect(net.writeObject(at('gone.json'), Buffer.from('new'), { ifRevision })).rejects.toMatchObject({ status: 412 })
    })

    test.each(kind.conditionalDelete ? [kind.name] : [])('%s: a delete of another revision deletes nothing', async () => {
      const ifRevision = await net.writeObject(at('kept.json'), Buffer.from('old'), {})
      await net.writeObject(at('kept.json'), Buffer.from('new'), {})
      await expect(net.deleteObject(at('kept.json'), { ifRevision })).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' })
      expect(await net.readDocument(at('kept.json'), { maxBytes })).toBeDefined()
    })

    test('a mosaic is created, opened, refused, replaced and deleted', async () => {
      const { create } = storeKindOf(at('m/mosaic.json.gz'))
      await create?.(at('m/mosaic.json.gz'), mosaic, context(), {})
      const stored = await net.readDocument(at('m/mosaic.json.gz'), { maxBytes })
      expect(JSON.parse(gunzipSync(stored?.bytes ?? new Uint8Array(0)).toString())).toEqual(mosaic)
      const store = await openMosaic('m/mosaic.json.gz')
      expect(await store?.document()).toEqual(mosaic)
      await expect(store?.write(mosaic, {})).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
      const renamed = { ...mosaic, name: 'renamed' }
      await store?.write(renamed, { ifRevision: store.revision })
      await expect(store?.write(mosaic, { ifRevision: store.revision })).rejects.toMatchObject({ status: 412 })
      await store?.write({ ...mosaic, name: 'forced' }, { overwrite: true })
      expect((await openMosaic('m/mosaic.json.gz'))?.info.name).toBe('forced')
      await store?.delete()
      await expect(openMosaic('m/mosaic.json.gz')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('relative assets lie beside the document in the bucket', async () => {
      await storeKindOf(at('assets/mosaic.json')).create?.(at('assets/mosaic.json'), mosaic, context(), {})
      const store = await openMosaic('assets/mosaic.json')
      const assets = (await store?.assetsFor([''], { maxAssets: 10 })) ?? []
      expect(assets).toContain(at('assets/pieces/west.tif'))
      await net.writeObject(at('assets/pieces/west.tif'), await readFile(new URL('west.tif', pieces)), {})
      const source = await net.open(assets.find((asset) => asset.endsWith('west.tif')) ?? '')
      expect([...(await source.read(0, 4))]).toEqual([0x49, 0x49, 0x2a, 0])
    })

    test('GDAL names are the same objects', async () => {
      await net.writeObject(at('vsi.bin'), Buffer.from('vsi'), {})
      const source = await net.open(at('vsi.bin').replace(/^(s3|gs|az):\/\//, '/vsi$1/'))
      expect(Buffer.from(await source.read(0, 3)).toString()).toBe('vsi')
    })

    test('an address outside what is allowed is refused', async () => {
      await expect(net.open(`${cloud.root.slice(0, -1)}2/x.tif`)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
      await expect(net.open(`${cloud.root}../x.tif`)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    })

    test.each(kind.checksCredentials ? [kind.name] : [])(
      '%s: wrong credentials are not "absent": reading and careful writing are refused, and no secret is told',
      async () => {
        await net.writeObject(at('guarded.json'), Buffer.from('{}'), {})
        const stranger = netWith(cloud.wrong ?? [])
        for (const attempt of [
          () => stranger.readDocument(at('guarded.json'), { maxBytes }),
          async () => (await stranger.open(at('guarded.json'))).read(0, 10),
          () => stranger.writeObject(at('guarded.json'), Buffer.from('x'), { ifAbsent: true }),
          () => stranger.deleteObject(at('guarded.json'), {}),
        ]) {
          const error = await attempt().then(
            () => undefined,
            (reason: unknown) => reason as Error,
          )
          expect(error).toMatchObject({ code: 'UPSTREAM_UNAUTHORIZED', status: 401 })
          for (const secret of secretsOf(cloud.wrong)) expect(error?.message).not.toContain(secret)
        }
        await stranger.close()
        expect(Buffer.from((await net.readDocument(at('guarded.json'), { maxBytes }))?.bytes ?? []).toString()).toBe('{}')
      },
    )

    test.each(!kind.isReal ? [kind.name] : [])(
      '%s: a service that cannot be reached is an upstream failure, soon, and no "absent"',
      async () => {
        const closed = 'http://127.0.0.1:9'
        const nowhere = netWith(
          cloud.credentials.map((entry) => ({
            ...entry,
            ...(entry.endpoint !== undefined && { endpoint: closed }),
            ...(entry.apiEndpoint !== undefined && { apiEndpoint: closed }),
            connectionString: entry.connectionString?.replace(/BlobEndpoint=[^;]*/, `BlobEndpoint=${closed}/devstoreaccount1`),
          })),
          5000,
        )
        const start = performance.now()
        await expect(nowhere.readDocument(at('doc.json'), { maxBytes })).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
        await expect(nowhere.writeObject(at('doc.json'), Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject({
          code: 'UPSTREAM_FAILED',
        })
        expect(performance.now() - start).toBeLessThan(8000)
        await nowhere.close()
      },
    )

    test('none of what was done before made Node warn', () => expect(warnings).toEqual([]))

    test('a caller that goes away ends the request', async () => {
      const abort = new AbortController()
      const reason = new Error('gone')
      const reading = net.readDocument(at('doc.json'), { maxBytes, signal: abort.signal })
      abort.abort(reason)
      await expect(reading).rejects.toBe(reason)
    })
    test.each(!kind.isReal ? [kind.name] : [])('%s: a bucket that is absent is not found', async () => {
      const absent = cloud.root.replace('smalti-test', 'smalti-absent')
      const entries = cloud.credentials.map((entry) => ({ ...entry, prefix: absent }))
      const other = createNet({ allow: [absent], cwd: '/', credentials: createCredentials(entries) })
      await expect(other.readDocument(`${absent}x.json`, { maxBytes })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await other.close()
    })
  })
}
