import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type LocalServer, serve } from '../net/local-server.ts'

type Members = Record<string, unknown>

export interface Recorded {
  readonly name: string
  readonly uri: string
  readonly body: Members
  readonly page: { readonly features: readonly Members[]; readonly links: readonly Members[] }
}

export const recorded = JSON.parse(readFileSync(new URL('../fixtures/stac/searches.json', import.meta.url), 'utf8')) as Recorded[]

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Members | undefined
}

export interface StacServer extends LocalServer {
  readonly asked: readonly Asked[]
}

export type Answer = {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly page: unknown
  /** Milliseconds before the answer. */
  readonly after?: number
}

/** A STAC API on the loopback that answers what `reply` says. `origin` of addresses is its own. */
export async function stacServer(reply: (asked: Asked, origin: string) => Answer): Promise<StacServer> {
  const asked: Asked[] = []
  const server = await serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const { method = '', url: path = '', headers } = request
    const question = { method, path, headers, body: text === '' ? undefined : (JSON.parse(text) as Members) }
    asked.push(question)
    const { status = 200, headers: sent, page: content, after = 0 } = reply(question, server.origin)
    await sleep(after)
    response
      .writeHead(status, { 'content-type': 'application/geo+json', ...sent })
      .end(Buffer.isBuffer(content) ? content : JSON.stringify(content))
  })
  return { ...server, asked }
}

/** The recorded API, its own addresses replaced; a request that was not recorded has an empty answer. */
export function replay(name: string): Promise<StacServer> {
  const pages = recorded.filter((search) => search.name === name)
  const { origin: original } = new URL(pages[0].uri)
  return stacServer(({ method, path, body }, origin) => {
    const found = pages.find(
      ({ uri, body: wanted }) => uri === original + path && method === 'POST' && isDeepStrictEqual(body, wanted),
    )
    const content = found?.page ?? { type: 'FeatureCollection', features: [], links: [] }
    return { page: JSON.parse(JSON.stringify(content).replaceAll(original, origin)) }
  })
}

/** A made-up item of one box. */
export function item(id: string, [west, south, east, north]: readonly number[], members: Members = {}): Members {
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    id,
    collection: 'c',
    bbox: [west, south, east, north],
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    },
    links: [],
    assets: { data: { href: `https://files.example/${id}.tif` } },
    ...members,
  }
}

export function page(
  features: readonly unknown[],
  links: readonly unknown[] = [],
): { type: string; features: readonly unknown[]; links: readonly unknown[] } {
  return { type: 'FeatureCollection', features, links }
}
