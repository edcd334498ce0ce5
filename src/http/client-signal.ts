import type { ServerResponse } from 'node:http'
import { TimeoutError } from '../errors.ts'

/**
 * Aborts when the client has gone, or when the time for the whole request is over. For requests with a body: Fastify's own signal and
 * timer end as soon as the body has been read.
 */
export function clientSignal(reply: ServerResponse, seconds: number): AbortSignal {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new TimeoutError('the whole request took too long')), seconds * 1000)
  reply.once('close', () => {
    clearTimeout(timer)
    if (!reply.writableFinished) controller.abort()
  })
  return controller.signal
}
