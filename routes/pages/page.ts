import { readFileSync } from 'node:fs'
import type { FastifyReply } from 'fastify'

/** Scripts and styles from this server only; MapLibre draws in a worker of its own and its controls are pictures in the style sheet. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  'frame-ancestors *',
].join('; ')

/** A page that is the same for every request. `{{root}}` in the file is the way back to the root: links stay relative, whatever stands in front. */
export function page(file: string, root: string): (reply: FastifyReply) => FastifyReply {
  const html = readFileSync(new URL(`static/${file}`, import.meta.url), 'utf8').replaceAll('{{root}}', root)
  return (reply) =>
    reply
      .headers({
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-cache',
      })
      .type('text/html; charset=utf-8')
      .send(html)
}
