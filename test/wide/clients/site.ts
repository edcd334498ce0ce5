import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { root } from '../demo.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
}

export interface Site extends AsyncDisposable {
  readonly base: string
}

/** What a user's own web server would do: a page, made when it is asked for, and the installed packages beside it. */
export async function serveSite(page: (query: URLSearchParams) => string): Promise<Site> {
  const server = createServer((request, reply) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site')
    const path = normalize(pathname)
    if (path === '/') reply.setHeader('content-type', 'text/html; charset=utf-8').end(page(searchParams))
    else if (path.startsWith('/node_modules/'))
      readFile(join(root, path)).then(
        (bytes) => reply.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream').end(bytes),
        () => reply.writeHead(404).end(),
      )
    else reply.writeHead(path === '/favicon.ico' ? 204 : 404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
