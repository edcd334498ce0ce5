import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createMosaics } from '../../src/mosaic/mosaics.ts'
import { createNet } from '../../src/net/net.ts'
import { serve } from '../net/local-server.ts'
import { temporaryFolder } from '../net/temporary-folder.ts'
import { made, roomy } from './made-mosaic.ts'

function mosaicsOf(allow: string) {
  return createMosaics({ net: createNet({ allow: [allow], cwd: '/' }), cwd: '/', ttl: 60, ...roomy })
}

test('what was being read when it was written is an answer to those who had asked, and to nobody after', async () => {
  let name = 'one'
  let letGo = Promise.withResolvers<void>()
  const server = await serve(async (_, response) => {
    const body = JSON.stringify(made({ name }))
    await letGo.promise
    response.writeHead(200, { etag: `"${body.length}${name}"` }).end(body)
  })
  const mosaics = mosaicsOf(`${server.origin}/`)
  const url = `${server.origin}/m.json`
  const before = mosaics.open(url)
  await expect.poll(() => server.requests.length).toBe(1)
  name = 'two'
  mosaics.changed(url)
  const after = mosaics.open(url)
  await expect.poll(() => server.requests.length).toBe(2)
  letGo.resolve()
  expect([(await before).info.name, (await after).info.name]).toEqual(['one', 'two'])
  expect(mosaics.peek(url)?.info.name).toBe('two')

  // The other way round: the old one comes last, and is not kept.
  name = 'three'
  mosaics.changed(url)
  letGo = Promise.withResolvers()
  const late = mosaics.open(url)
  await expect.poll(() => server.requests.length).toBe(3)
  name = 'four'
  mosaics.changed(url)
  letGo.resolve()
  expect((await late).info.name).toBe('three')
  expect(mosaics.peek(url)).toBeUndefined()
  expect((await mosaics.open(url)).info.name).toBe('four')
})

test('every spelling of the address is looked at anew, and no other mosaic', async () => {
  const folder = temporaryFolder()
  const write = (name: string, title: string) => writeFileSync(`${folder}/${name}.json`, JSON.stringify(made({ name: title })))
  write('a', 'one')
  write('b', 'one')
  const mosaics = mosaicsOf(folder)
  const spellings = [`${folder}/a.json`, `file://${folder}/a.json`, `${folder}/./x/../a.json`]
  const names = () => Promise.all([...spellings, `${folder}/b.json`].map(async (url) => (await mosaics.open(url)).info.name))
  expect(await names()).toEqual(['one', 'one', 'one', 'one'])
  write('a', 'second')
  write('b', 'second')
  mosaics.changed(spellings[0])
  expect(await names()).toEqual(['second', 'second', 'second', 'one'])
})
