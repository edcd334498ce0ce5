import { RouteTable } from '../../src/http/route-table.ts'
import type { App } from '../context.ts'

/** A path that nobody knows is a 404 that names the nearest one; a method that a path does not have is a 405 that names those it has. */
export function answerUnknownRoutes(app: App): void {
  const table = new RouteTable()
  app.addHook('onRoute', ({ method, url }) => table.add(method, url))
  // Before the answer to preflights, which know every path.
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'OPTIONS') return
    const { methods } = table.find(pathOf(request.url))
    if (methods.length > 0) reply.header('allow', allowed(methods))
  })
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url)
    const { methods, near } = table.find(path)
    const shown = path.slice(0, 200)
    reply.header('cache-control', 'no-store')
    if (methods.length > 0) {
      const detail = `${request.method} is not a method of ${shown}; it has ${allowed(methods)}`
      return reply.code(405).header('allow', allowed(methods)).send({ detail, code: 'METHOD_NOT_ALLOWED' })
    }
    const meant = near === undefined ? '' : `; did you mean ${near}?`
    return reply.code(404).send({ detail: `there is no ${request.method} ${shown}${meant}`, code: 'NOT_FOUND' })
  })
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
