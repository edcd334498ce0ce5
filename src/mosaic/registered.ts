import { closest, distance } from 'fastest-levenshtein'
import { NotFoundError } from '../errors.ts'

/** A mosaic that the operator has given a name: clients ask for it by `url=mosaic:NAME` and never see where it lies. */
export interface RegisteredMosaic {
  readonly name: string
  /** Where it lies; a STAC search stands in it. Never for a client. */
  readonly address: string
  readonly title?: string
  readonly description?: string
  readonly attribution?: string
  /** hidden: assets go by the last segment of their paths, and the document is not given out. */
  readonly assets: 'hidden' | 'shown'
  /** Parameters that its links and its picture on the landing page carry: bands, rescale and the like. */
  readonly render: readonly (readonly [name: string, value: string])[]
}

const SCHEME = 'mosaic:'

export function isRegisteredName(url: string): boolean {
  return url.startsWith(SCHEME)
}

/** `mosaic:NAME`, as clients write it. */
export function printRegistered({ name }: Pick<RegisteredMosaic, 'name'>): string {
  return SCHEME + name
}

/** The mosaic of `mosaic:NAME`. @throws NotFoundError, with the nearest name there is */
export function findRegistered(registered: readonly RegisteredMosaic[], url: string): RegisteredMosaic {
  const name = url.slice(SCHEME.length)
  const found = registered.find((mosaic) => mosaic.name === name)
  if (found) return found
  const shown = name.length > 64 ? `${name.slice(0, 64)}…` : name
  throw new NotFoundError(`there is no registered mosaic "${shown}"${suggestion(name, registered)}`)
}

function suggestion(name: string, registered: readonly RegisteredMosaic[]): string {
  if (registered.length === 0 || name.length > 64) return ''
  const nearest = closest(
    name,
    registered.map((mosaic) => mosaic.name),
  )
  return distance(name, nearest) <= Math.max(2, Math.floor(name.length / 3)) ? `; did you mean ${nearest}?` : ''
}
