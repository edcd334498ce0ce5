import type { FastifyRequest } from 'fastify'

/** The pattern of the route that answers, without its regular expressions: `/mosaic/:z/:x/:y.:format`. undefined: there is none. */
export function routePattern({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): string | undefined {
  return routeOptions.url?.replaceAll(/\(\^[^)]*\)/g, '')
}
