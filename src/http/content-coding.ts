import type { Transform } from 'node:stream'
import { brotliCompress, constants, createBrotliCompress, createGzip, createZstdCompress, gzip, zstdCompress } from 'node:zlib'

/** Content codings that answers are packed in, the best first. */
export const CODINGS = ['zstd', 'br', 'gzip'] as const
export type Coding = (typeof CODINGS)[number]

/** Bytes below which packing gains nothing. */
const WORTH_IT = 1024

/** Levels for answers that are made once each: near the size of the best ones, in a tenth of their time. */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }
const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
}
const GZIP = { level: 6 }

/** Off the event loop. */
export function pack(
  body: Uint8Array | string,
  coding: Coding,
  done: (error: Error | null, packed: NonSharedBuffer) => void,
): void {
  if (coding === 'zstd') zstdCompress(body, ZSTD, done)
  else if (coding === 'br') brotliCompress(body, BROTLI, done)
  else gzip(body, GZIP, done)
}

/** The same for a body that is still being read. */
export function packer(coding: Coding): Transform {
  if (coding === 'zstd') return createZstdCompress(ZSTD)
  return coding === 'br' ? createBrotliCompress(BROTLI) : createGzip(GZIP)
}

/** Text and vectors pack well; pictures and arrays are packed already. */
export function isPackable(mediaType: string, bytes: number): boolean {
  return (
    bytes >= WORTH_IT &&
    /^(?:text\/(?!event-stream)|application\/(?:.*[+/])?(?:json|xml|javascript)\b|image\/svg)/i.test(mediaType)
  )
}

/** The coding that Accept-Encoding likes best; among equals the best of ours. undefined: as it is. RFC 9110, 12.5.3. */
export function preferredCoding(acceptEncoding: string | undefined): Coding | undefined {
  const weights = new Map<string, number>()
  for (const entry of (acceptEncoding ?? '').toLowerCase().split(',')) {
    const [name, ...parameters] = entry.split(';').map((part) => part.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    if (name) weights.set(name, weight === undefined ? 1 : Number(weight) || 0)
  }
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get('*') ?? 0
  const best = CODINGS.toSorted((a, b) => weightOf(b) - weightOf(a))[0]
  return weightOf(best) > 0 && weightOf(best) >= (weights.get('identity') ?? 0) ? best : undefined
}

/** A strong tag belongs to the bytes that are sent: each coding has one of its own. */
export function tagOf(etag: string, coding: Coding): string {
  return etag.replace(/"$/, `-${coding}"`)
}

/** The tag as the client sent it in a condition, if it did: the plain one, or that of a coding. */
export function tagAsGiven(etag: string, condition: string): string {
  return CODINGS.map((coding) => tagOf(etag, coding)).find((tag) => condition.includes(tag)) ?? etag
}

const CODED = new RegExp(`-(?:${CODINGS.join('|')})"`, 'g')

/** The tags of a condition (If-None-Match, If-Match) as the routes know them. */
export function plainTags(condition: string): string {
  return condition.replaceAll(CODED, '"')
}
