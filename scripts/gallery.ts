/** `npm run gallery`: docs/gallery.md and its pictures, as the demo's server answers them. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { makeDemo } from './demo/make.ts'
import { galleryPage, type Shown } from './gallery/page.ts'
import { type GalleryPicture, PICTURES } from './gallery/pictures.ts'
import { startSmalti } from './servers/smalti.ts'

const docs = new URL('../docs/', import.meta.url)

/** Writes one picture. @throws where the answer is not 200 */
async function picture(base: string, asked: GalleryPicture): Promise<Shown> {
  const { name, address, body } = asked
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const reply = await fetch(`${base}${address}`, body === undefined ? {} : post)
  const bytes = Buffer.from(await reply.arrayBuffer())
  if (reply.status !== 200) throw new Error(`${address}: ${reply.status} ${bytes.toString().slice(0, 500)}`)
  const file = `${name}.${reply.headers.get('content-type')?.replace('image/', '')}`
  await writeFile(new URL(`gallery/${file}`, docs), bytes)
  console.log(`${file}  ${bytes.length} bytes`)
  return { ...asked, file }
}

await makeDemo(console.log)
await rm(new URL('gallery/', docs), { recursive: true, force: true })
await mkdir(new URL('gallery/', docs))
await using server = await startSmalti(['--allow', 'demo'])
const shown: Shown[] = []
for (const asked of PICTURES) shown.push(await picture(server.base, asked))
await writeFile(new URL('gallery.md', docs), galleryPage(shown))
