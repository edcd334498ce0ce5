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

/** What a page is sent with. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-type': 'text/html; charset=utf-8',
}

/** The text of a page's file. `{{root}}` in it is the way back to the root: links stay relative, whatever stands in front. */
export function pageText(file: string): string {
  return readFileSync(new URL(`static/${file}`, import.meta.url), 'utf8')
}

/** A page that is the same for every request. */
export function page(file: string, root: string): (reply: FastifyReply) => FastifyReply {
  const html = pageText(file).replaceAll('{{root}}', root)
  return (reply) => reply.headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache' }).send(html)
}
