import type { GalleryPicture } from './pictures.ts'

/** Where the page says that its server is. */
export const SERVER = 'http://127.0.0.1:8000'

export interface Shown extends GalleryPicture {
  /** Of the picture, beside the page's folder `gallery/`. */
  readonly file: string
}

/** docs/gallery.md. */
export function galleryPage(pictures: readonly Shown[]): string {
  const head = `# Gallery

Every picture is an answer of \`npm run demo\` to the address under it, and \`npm run gallery\` makes this page anew. Spaces, quotes and brackets stand as they are; a browser escapes them by itself.
`
  return [head, ...pictures.map(section)].join('\n')
}

function section({ title, file, address, body, about }: Shown): string {
  const lines = [`## ${title}`, '', about, '', `![${title}](gallery/${file})`, '', '```text', `${SERVER}${address}`, '```', '']
  if (body !== undefined) lines.push('```json', JSON.stringify(body), '```', '')
  return lines.join('\n')
}

/** What the page asks for: file of the picture, address, and the body of a POST. Only the server's address is taken off. */
export function requestsOf(page: string): { readonly file: string; readonly address: string; readonly body?: string }[] {
  const sections = page.split(/^## /m).slice(1)
  return sections.map((text) => {
    const file = /\]\((gallery\/[^)]+)\)/.exec(text)?.[1]
    const address = /```text\n(\S[^\n]*)\n```/.exec(text)?.[1]
    if (file === undefined || !address?.startsWith(`${SERVER}/`)) throw new Error(`no picture with its address: ${text}`)
    return { file, address: address.slice(SERVER.length), body: /```json\n([\s\S]*?)```/.exec(text)?.[1] }
  })
}
