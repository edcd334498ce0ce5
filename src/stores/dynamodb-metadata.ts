import { createHash } from 'node:crypto'
import { InvalidMosaicError } from '../errors.ts'
import type { MosaicMembers } from '../mosaic/document.ts'
import type { ReadOptions } from '../net/source.ts'
import { METADATA_KEY } from './dynamodb-generation.ts'
import type { Condition, DynamoTable, Item } from './dynamodb-table.ts'
import { fromItem, toItem } from './dynamodb-value.ts'

/** How the items of a mosaic are laid out. */
export type Layout = 'smalti' | 'cogeo-mosaic'

export interface DynamoMetadata {
  readonly layout: Layout
  readonly revision: string
  readonly members: MosaicMembers
  /** Generations whose tiles count; of cogeo-mosaic's layout none. */
  readonly generations: readonly string[]
  /** That it is still what was read. */
  readonly unchanged: Condition
}

const LAYOUT = 'smalti-1'

/** undefined where there is no such mosaic. @throws InvalidMosaicError, NotFoundError where there is no table */
export async function readMetadata(table: DynamoTable, options: ReadOptions = {}): Promise<DynamoMetadata | undefined> {
  const item = await table.get(METADATA_KEY, options)
  if (!item) return undefined
  const { mosaicId: _, quadkey: __, ...attributes } = fromItem(item)
  if (attributes.layout === undefined || attributes.mosaicjson !== undefined) return ofCogeo(attributes)
  const { layout, revision, generations, members } = attributes
  const isOurs = layout === LAYOUT && typeof revision === 'string' && Array.isArray(generations) && typeof members === 'string'
  if (!isOurs) throw new InvalidMosaicError(`${table.name}: its layout is not one that is known here`)
  return {
    layout: 'smalti',
    revision,
    generations: generations.map(String),
    members: parsed(members, table.name),
    unchanged: { revision },
  }
}

/** cogeo-mosaic has no revisions: an update raises the version. */
function ofCogeo(attributes: Record<string, unknown>): DynamoMetadata {
  const present = Object.entries(attributes).filter(([, value]) => value != null)
  const sorted = present.sort(([a], [b]) => (a < b ? -1 : 1))
  const revision = createHash('sha256').update(JSON.stringify(sorted)).digest('base64url')
  const version = typeof attributes.version === 'string' ? attributes.version : undefined
  const members = Object.fromEntries(sorted) as MosaicMembers
  return { layout: 'cogeo-mosaic', revision, generations: [], members, unchanged: { layout: undefined, version } }
}

function parsed(members: string, name: string): MosaicMembers {
  try {
    return JSON.parse(members) as MosaicMembers
  } catch (cause) {
    throw new InvalidMosaicError(`${name}: its members are not JSON`, { cause })
  }
}

export function metadataItem({
  revision,
  generations,
  members,
}: Pick<DynamoMetadata, 'revision' | 'generations' | 'members'>): Item {
  return toItem({ layout: LAYOUT, revision, generations, members: JSON.stringify(members) })
}

/** As cogeo-mosaic writes it: each member an attribute. */
export function cogeoMetadataItem(members: MosaicMembers): Item {
  const { mosaicId: _, quadkey: __, layout: ___, ...rest } = members
  return toItem({ version: '1.0.0', bounds: [-180, -90, 180, 90], ...rest })
}
