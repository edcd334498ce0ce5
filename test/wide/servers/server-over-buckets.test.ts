import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startSmalti } from '../../../scripts/servers/smalti.ts'
import { createCredentials } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import { clouds, secretsOf } from './clouds.ts'

const mosaics = new URL('../../fixtures/mosaics/', import.meta.url)

for (const kind of clouds) {
  describe.skipIf(kind.missing !== undefined && process.env.CI !== 'true')(`server: ${kind.name}`, () => {
    test('a mosaic and its assets are served, changes are seen, and no secret is told', async () => {
      if (kind.missing !== undefined) throw new Error(kind.missing)
      await using cloud = await kind.start()
      const folder = await mkdtemp(join(tmpdir(), 'smalti-buckets-'))
      const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(cloud.credentials) })
      const url = `${cloud.root}served/mo saic?#1.json`
      const document = await readFile(new URL('mosaic.json', mosaics))
      await net.writeObject(url, document, {})
      for (const name of ['west.tif', 'east.tif']) {
        await net.writeObject(`${cloud.root}served/pieces/${name}`, await readFile(new URL(`pieces/${name}`, mosaics)), {})
      }
      const credentials = join(folder, 'credentials.json')
      await writeFile(credentials, JSON.stringify(cloud.credentials))
      const flags = ['--credentials', credentials, '--allow', cloud.root, '--mosaic-ttl', '1', '--log-level', 'debug']
      await using server = await startSmalti(flags)
      const get = (path: string, query = url) => fetch(`${server.base}${path}?url=${encodeURIComponent(query)}`)

      const tilejson = await (await get('/mosaic/tilejson.json')).text()
      const { bounds, maxzoom } = JSON.parse(tilejson) as { bounds: number[]; maxzoom: number }
      const n = 2 ** maxzoom
      const x = Math.floor((((bounds[0] + bounds[2]) / 2 + 180) / 360) * n)
      const y = Math.floor(((1 - Math.asinh(Math.tan((((bounds[1] + bounds[3]) / 2) * Math.PI) / 180)) / Math.PI) / 2) * n)
      const tile = await get(`/mosaic/${maxzoom}/${x}/${y}.png`)
      expect(tile.status).toBe(200)
      expect(tile.headers.get('x-assets')).toContain('.tif')

      const cog = await get('/cog/info', `${cloud.root}served/pieces/west.tif`)
      expect(cog.status).toBe(200)
      expect((await get('/mosaic/info', `${cloud.root}served/absent.json`)).status).toBe(404)
      const other = cloud.root.replace('smalti-test', 'smalti-other')
      expect((await get('/mosaic/info', `${other}served/x.json`)).status).toBe(other === cloud.root ? 404 : 403)

      await net.writeObject(
        url,
        Buffer.from(document.toString().replace('"name"', '"old_name"').replace('{', '{"name":"changed",')),
        {},
      )
      await expect
        .poll(async () => ((await (await get('/mosaic/info')).json()) as { name: string }).name, { timeout: 5000, interval: 300 })
        .toBe('changed')
      const said = server.output() + tilejson
      for (const secret of secretsOf(cloud.credentials)) expect(said).not.toContain(secret)
      await net.close()
      await rm(folder, { recursive: true })
    })
  })
}
