import type { FastifyReply, FastifyRequest } from 'fastify'
import { RouteTable } from '../../src/http/route-table.ts'
import type { App } from '../context.ts'

/** The patterns of all routes that are registered after this. Preflights and OPTIONS say with Allow which methods a path has. */
export function collectRoutes(app: App): RouteTable {
  const table = new RouteTable()
  app.addHook('onRoute', ({ method, url, routePath, prefix }) => {
    table.add(method, url)
    // The root of a prefix is there with and without its slash.
    if (routePath === '' && prefix) table.add(method, `${url}/`)
  })
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'OPTIONS') return
    const { methods } = table.find(pathOf(request.url))
    if (methods.length > 0) reply.header('allow', allowed(methods))
    else if (request.headers['access-control-request-method'] === undefined) return answer(table, request, reply)
  })
  return table
}

/** A path that nobody knows is a 404 that names the nearest one; a method that a path does not have is a 405 that names those it has. */
export function answerUnknownRoutes(app: App, table: RouteTable): void {
  // Before the body is read: nobody wants it.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404 && request.method !== 'OPTIONS') return answer(table, request, reply)
  })
  app.setNotFoundHandler((request, reply) => answer(table, request, reply))
}

function answer(table: RouteTable, { method, url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = pathOf(url)
  const { methods, near } = table.find(path)
  const shown = path.slice(0, 200)
  reply.header('cache-control', 'no-store')
  if (methods.length > 0) {
    const detail = `${method} is not a method of ${shown}; it has ${allowed(methods)}`
    return reply.code(405).header('allow', allowed(methods)).send({ detail, code: 'METHOD_NOT_ALLOWED' })
  }
  const meant = near === undefined ? '' : `; did you mean ${near}?`
  return reply.code(404).send({ detail: `there is no ${method} ${shown}${meant}`, code: 'NOT_FOUND' })
}

function pathOf(url: string): string {
  const path = url.split('?', 1)[0]
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

function allowed(methods: readonly string[]): string {
  return [...methods, 'OPTIONS'].toSorted().join(', ')
}
