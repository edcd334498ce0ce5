import { type ParsedMosaic, parseMosaic } from '../mosaic/parse.ts'
import type { OpenOptions, StoreContext } from './kind.ts'

/** Reads and parses the document at an address; undefined if its revision is still `ifNot`. */
export async function readMosaic(
  address: string,
  { net, limits }: StoreContext,
  options: OpenOptions,
): Promise<{ mosaic: ParsedMosaic; revision: string } | undefined> {
  const read = await net.readDocument(address, { ...options, maxBytes: limits.maxBytes, setting: '--max-mosaic-bytes' })
  if (!read) return undefined
  return { mosaic: await parseMosaic(read.bytes, limits, { signal: options.signal, own: true }), revision: read.revision }
}
