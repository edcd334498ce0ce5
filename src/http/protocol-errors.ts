import type { ErrorBody } from './error-body.ts'

/** Names that Fastify gives to what is wrong with a request before a route sees it, as clients know them. */
const CODES: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_BAD_URL: ['BAD_ADDRESS', 'the path is not percent-encoded UTF-8'],
  FST_ERR_MAX_PARAM_LENGTH: ['URI_TOO_LONG', 'a part of the path is too long'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'a body of this Content-Type is not read here'],
  FST_ERR_CTP_INVALID_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'a body of this Content-Type is not read here'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['TOO_LARGE', 'the body is above the limit of this route'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['INVALID_BODY', 'the body is not as long as Content-Length says'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['INVALID_BODY', 'the body is empty'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['INVALID_BODY', 'the body is not JSON'],
}

/** What is wrong with a request by itself; undefined: the error is of another kind. */
export function requestFault(code: string | undefined, message: string | undefined): ErrorBody | undefined {
  if (!code?.startsWith('FST_')) return undefined
  const [name, detail] = CODES[code] ?? ['BAD_REQUEST', message ?? 'bad request']
  return { code: name, detail }
}

interface ParserError extends Error {
  readonly code?: string
  /** The bytes that came last. */
  readonly rawPacket?: unknown
}

/** The whole answer to bytes that are no request, as it goes on the wire: there is no reply object yet. */
export function wireAnswer(error: ParserError): string {
  const [status, code, detail] = faultOf(error)
  const body = JSON.stringify({ detail, code })
  const head = ['Content-Type: application/json; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`]
  return [`HTTP/1.1 ${status}`, ...head, 'Cache-Control: no-store', 'Connection: close', '', body].join('\r\n')
}

const LINE_FEED = 10

function faultOf({ code, rawPacket }: ParserError): readonly [status: string, code: string, detail: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return ['408 Request Timeout', 'REQUEST_TIMEOUT', 'the request took too long to arrive']
  if (code !== 'HPE_HEADER_OVERFLOW') return ['400 Bad Request', 'BAD_REQUEST', 'this is not an HTTP request']
  // Node counts the request line among the headers.
  const isLine =
    rawPacket instanceof Uint8Array &&
    /^[A-Z]+ \//.test(Buffer.from(rawPacket).toString('latin1', 0, 16)) &&
    !rawPacket.includes(LINE_FEED)
  if (isLine) return ['414 URI Too Long', 'URI_TOO_LONG', 'the address is too long']
  return ['431 Request Header Fields Too Large', 'HEADERS_TOO_LARGE', 'the headers, or the address, are too long']
}
