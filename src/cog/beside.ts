import { NotAllowedError, NotFoundError } from '../errors.ts'
import type { Affine } from '../grid/affine.ts'
import { schemeOf } from '../net/address.ts'
import type { ByteSource, Net, ReadOptions } from '../net/source.ts'

/** Opens a file that lies beside another; undefined: there is none. The caller closes it. */
export type Beside = (name: string) => Promise<ByteSource | undefined>

/** Overviews (.ovr), masks (.msk) and world files are looked for on local disks only: on a server each look costs a request. */
export function besideOf(net: Net, href: string): Beside | undefined {
  const scheme = schemeOf(href)
  if (scheme !== undefined && scheme !== 'file') return undefined
  return async (name) => {
    try {
      return await net.open(name)
    } catch (error) {
      if (error instanceof NotFoundError || error instanceof NotAllowedError) return undefined
      throw error
    }
  }
}

/** Names that GDAL looks for. */
const ENDINGS = ['tfw', 'tifw', 'wld', 'TFW']
const LONGEST = 1024

/** Pixel to CRS coordinates by the world file of an image; undefined: there is none, or it makes no sense. */
export async function worldFile(beside: Beside, href: string, options: ReadOptions): Promise<Affine | undefined> {
  const stem = href.replace(/\.[^./]*$/, '')
  for (const ending of ENDINGS) {
    const source = await beside(`${stem}.${ending}`)
    if (!source) continue
    try {
      const text = new TextDecoder('latin1').decode(await source.read(0, LONGEST, options))
      return parseWorldFile(text)
    } finally {
      await source.close()
    }
  }
  return undefined
}

/** Six lines: two columns of the matrix, then the CENTRE of the first pixel. */
export function parseWorldFile(text: string): Affine | undefined {
  const lines = text.trim().split(/\s+/)
  const [a, d, b, e, x, y] = lines.map((line) => Number(line.replace(',', '.')))
  if (lines.length < 6 || ![a, d, b, e, x, y].every(Number.isFinite) || a * e - b * d === 0) return undefined
  return [a, b, x - (a + b) / 2, d, e, y - (d + e) / 2]
}
