import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startSmalti } from '../../../scripts/servers/smalti.ts'
import { createCredentials } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import { dynamoKind } from '../../../src/stores/dynamodb-store.ts'
import type { MosaicJSON } from '../../../src/mosaic/document.ts'
import { clouds, secretsOf } from './clouds.ts'
import { isMissing, startTables } from './dynamodb.ts'

const mosaics = new URL('../../fixtures/mosaics/', import.meta.url)
const PATHS = [
  'tiles/WebMercatorQuad/6/34/22.png',
  'tiles/WebMercatorQuad/6/34/22/assets',
  'tilejson.json',
  'info',
  'point/12,49.2',
  'tiles',
  'WMTSCapabilities.xml',
  '',
]

for (const kind of clouds) {
  describe.skipIf(kind.missing !== undefined && process.env.CI !== 'true')(`registered: ${kind.name}`, () => {
    test('a document where nobody may read is served by its name, and no answer names the bucket', async () => {
      if (kind.missing !== undefined) throw new Error(kind.missing)
      await using cloud = await kind.start()
      const folder = await mkdtemp(join(tmpdir(), 'smalti-registered-'))
      const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(cloud.credentials) })
      const url = `${cloud.root}unlisted/mosaic.json`
      const document = (await readFile(new URL('mosaic.json', mosaics), 'utf8')).replaceAll('"pieces/', `"${cloud.root}listed/`)
      await net.writeObject(url, Buffer.from(document), {})
      for (const name of ['west.tif', 'east.tif']) {
        await net.writeObject(`${cloud.root}listed/${name}`, await readFile(new URL(`pieces/${name}`, mosaics)), {})
      }
      await writeFile(join(folder, 'credentials.json'), JSON.stringify(cloud.credentials))
      const gone = `${cloud.root}unlisted/gone.json`
      await writeFile(join(folder, 'mosaics.json'), JSON.stringify({ named: { url }, gone: { url: gone } }))
      const files = ['--credentials', join(folder, 'credentials.json'), '--mosaics', join(folder, 'mosaics.json')]
      await using server = await startSmalti([...files, '--allow', `${cloud.root}listed/`])
      const get = (path: string, of: string) => fetch(`${server.base}/mosaic/${path}?url=${encodeURIComponent(of)}`)
      const bucket = cloud.root.split('/').find((part, index) => index > 1 && part !== '') ?? cloud.root

      for (const path of PATHS) {
        const reply = await get(path, 'mosaic:named')
        const said = JSON.stringify([...reply.headers]) + (await reply.text())
        expect([path, reply.status]).toEqual([path, path === '' ? 403 : 200])
        for (const secret of ['listed/', bucket, ...secretsOf(cloud.credentials)])
          expect([path, said.includes(secret)]).toEqual([path, false])
      }
      const absent = await get('info', 'mosaic:gone')
      expect([absent.status, await absent.json()]).toEqual([
        404,
        { detail: 'mosaic:gone: its document is not there', code: 'NOT_FOUND' },
      ])
      expect((await get('info', url)).status).toBe(403)
      await net.close()
      await rm(folder, { recursive: true })
    })
  })
}

describe.skipIf(isMissing && process.env.CI !== 'true')('registered: DynamoDB', () => {
  test('a table that nobody may read is served by its name, and no answer names it', async () => {
    await using tables = await startTables()
    const folder = await mkdtemp(join(tmpdir(), 'smalti-registered-'))
    const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(tables.credentials) })
    const pieces = fileURLToPath(new URL('pieces/', mosaics))
    const document = (await readFile(new URL('mosaic.json', mosaics), 'utf8')).replaceAll('"pieces/', `"${pieces}`)
    const url = `${tables.root}:registered-${process.pid}`
    const limits = { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 }
    await dynamoKind.create?.(url, JSON.parse(document) as MosaicJSON, { net, cwd: '/', limits }, { overwrite: true })
    await writeFile(join(folder, 'credentials.json'), JSON.stringify(tables.credentials))
    await writeFile(join(folder, 'mosaics.json'), JSON.stringify({ named: { url, title: 'Of a table' } }))
    const files = ['--credentials', join(folder, 'credentials.json'), '--mosaics', join(folder, 'mosaics.json')]
    await using server = await startSmalti([...files, '--allow', pieces])
    for (const path of PATHS) {
      const reply = await fetch(`${server.base}/mosaic/${path}?url=mosaic:named`)
      const said = JSON.stringify([...reply.headers]) + (await reply.text())
      expect([path, reply.status]).toEqual([path, path === '' ? 403 : 200])
      for (const secret of [tables.table, `registered-${process.pid}`, pieces])
        expect([path, said.includes(secret)]).toEqual([path, false])
    }
    expect((await fetch(`${server.base}/mosaic/info?url=${encodeURIComponent(url)}`)).status).toBe(403)
    await net.close()
    await rm(folder, { recursive: true })
  })
})
