import { type MosaicJSON } from '../mosaic/document.ts'
import { parseMosaic, toDocument } from '../mosaic/parse.ts'
import { readBytes } from './read-bytes.ts'
import type { Terminal } from './terminal.ts'

/** A file that its owner gives us may be as large as the machine bears. */
const LIMITS = { maxUnpacked: 4 * 2 ** 30, memory: 2 * 2 ** 30 }

/** The document in a file or on stdin, plain or gzip. @throws InvalidMosaicError saying which member is wrong and where */
export async function readDocument(file: string, terminal: Terminal): Promise<MosaicJSON> {
  return toDocument(await parseMosaic(await readBytes(file, terminal), LIMITS, { signal: terminal.signal }))
}
