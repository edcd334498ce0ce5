import type { FastifyReply } from 'fastify'

/** Adds request headers to Vary, each once. */
export function addVary(reply: FastifyReply, ...names: readonly string[]): void {
  const here = String(reply.getHeader('vary') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const missing = names.filter((name) => !here.some((other) => other === '*' || other.toLowerCase() === name.toLowerCase()))
  if (missing.length > 0) reply.header('vary', [...here, ...missing].join(', '))
}
