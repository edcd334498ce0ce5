import type { StacSearch } from './stac-address.ts'

export interface StacLink {
  readonly rel?: unknown
  readonly href?: unknown
  readonly method?: unknown
  readonly headers?: unknown
  readonly body?: unknown
  readonly merge?: unknown
}

/** A STAC item, 1.0.0-alpha to 1.1, as it came: only what is used is named, and nothing of it is trusted. */
export interface StacItem {
  readonly id?: unknown
  readonly collection?: unknown
  readonly geometry?: unknown
  readonly bbox?: unknown
  readonly links?: unknown
  readonly [member: string]: unknown
}

/** Link of a relation, where it has an address. */
export function linkOf(links: unknown, rel: string): (StacLink & { readonly href: string }) | undefined {
  if (!Array.isArray(links)) return undefined
  return (links as unknown[]).find(
    (link): link is StacLink & { readonly href: string } =>
      typeof link === 'object' &&
      link !== null &&
      'rel' in link &&
      link.rel === rel &&
      'href' in link &&
      typeof link.href === 'string',
  )
}

/**
 * Address of the asset that stands for an item; undefined where the item has none. Relative ones are of the item's own address, else
 * of the page's.
 */
export function assetOf(item: StacItem, accessor: StacSearch['accessor'], page: string): string | undefined {
  if (typeof accessor === 'function') return accessor(item)
  const self = linkOf(item.links, 'self')?.href
  const base = self === undefined ? page : (URL.parse(self, page)?.href ?? page)
  if (accessor === undefined) return defaultAsset(item, page)
  const value = valueAt(item, accessor.split('.'))
  return typeof value === 'string' && value !== '' ? resolved(value, base) : undefined
}

/** As cogeo-mosaic: the self link, else the place of the item below the root link, else the id. */
function defaultAsset(item: StacItem, page: string): string | undefined {
  const self = linkOf(item.links, 'self')?.href
  if (self !== undefined) return resolved(self, page)
  const root = linkOf(item.links, 'root')?.href
  const { id, collection } = item
  if (typeof id !== 'string') return undefined
  return root !== undefined && typeof collection === 'string'
    ? `${resolved(root, page).replace(/\/$/, '')}/collections/${collection}/items/${id}`
    : id
}

/** What an object has at a path. Names may have dots in them: the longest that is there wins. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return value
  if (typeof value !== 'object' || value === null) return undefined
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join('.')
    if (!Object.hasOwn(value, name)) continue
    const found = valueAt((value as Readonly<Record<string, unknown>>)[name], path.slice(length))
    if (found !== undefined) return found
  }
  return undefined
}

function resolved(href: string, base: string): string {
  // s3://… and the like are no URLs of the web: their keys are left as they are.
  return /^([a-z][a-z0-9+.-]*:\/\/|\/vsi)/i.test(href) ? href : (URL.parse(href, base)?.href ?? href)
}
