import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface LocalServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
  readonly port: number
  /** Requests so far. */
  readonly requests: IncomingMessage[]
}

/** A real server on the loopback, gone when the test has finished. */
export async function serve(handler: RequestListener): Promise<LocalServer> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    response.on('error', () => {})
    return handler(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, port, requests }
}

/** Answers a range request from the bytes, as a good server does: If-Match, 206, 416. */
export function serveRange(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  headers: Record<string, string> = { etag: '"one"' },
): void {
  const { range, 'if-match': ifMatch } = request.headers
  if (ifMatch !== undefined && ifMatch !== headers['etag']) return void response.writeHead(412).end()
  const [, start = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
  if (range === undefined) return void response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes)
  const [from, to] = [Number(start), Math.min(Number(last) + 1, bytes.length)]
  if (from >= bytes.length) {
    return void response.writeHead(416, { ...headers, 'content-range': `bytes */${bytes.length}` }).end()
  }
  response.writeHead(206, {
    ...headers,
    'content-range': `bytes ${from}-${to - 1}/${bytes.length}`,
    'content-length': to - from,
  })
  response.end(bytes.subarray(from, to))
}

/** 0, 1, 2 … 250, 0 …: a shifted read is seen at once. */
export function countingBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251)
}
