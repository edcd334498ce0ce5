import { BadRequestError, TooLargeError } from '../errors.ts'
import { unpacked } from '../mosaic/unpack.ts'

/** Levels of brackets: GeoJSON has about ten. */
const MAX_DEPTH = 64

/**
 * The value of a JSON body, gzip or plain. @param maxUnpacked bytes
 * @throws BadRequestError for what is no JSON or nested too deeply; TooLargeError
 */
export async function jsonBody(bytes: Uint8Array | undefined, maxUnpacked: number): Promise<unknown> {
  if (!bytes || bytes.length === 0) throw new BadRequestError('the body is empty: JSON is needed')
  const plain = await unpacked(bytes, maxUnpacked).catch((error: unknown) => {
    throw error instanceof TooLargeError ? new TooLargeError(`the body has more than ${maxUnpacked} bytes unpacked`) : error
  })
  const text = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString()
  checkDepth(text)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BadRequestError(`the body is not JSON: ${(error as Error).message.slice(0, 200)}`)
  }
}

/** Before the text becomes objects: millions of brackets become as many. */
function checkDepth(text: string): void {
  let depth = 0
  for (const { 0: token } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > MAX_DEPTH) throw new BadRequestError(`the body has more than ${MAX_DEPTH} levels of brackets`)
  }
}
