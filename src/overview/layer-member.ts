import type { MosaicMembers } from '../mosaic/document.ts'

/** Name of the member that says where a mosaic's overview is. Others pass over it. */
export const LAYER_MEMBER = 'smalti:overview'

export interface LayerMember {
  /** Address of a COG; a relative one is beside the document. */
  readonly href: string
  /** The overview has the pixels of this zoom's tiles of 256 pixels. */
  readonly maxzoom: number
  /** Of the tiles that it was made of: {@link contentRevision}. */
  readonly revision: string
}

/** undefined: there is none, or none that can be understood. */
export function layerMember(members: MosaicMembers): LayerMember | undefined {
  const member: unknown = Object.hasOwn(members, LAYER_MEMBER) ? members[LAYER_MEMBER] : undefined
  if (typeof member !== 'object' || member === null) return undefined
  const { href, maxzoom, revision } = member as Partial<Record<keyof LayerMember, unknown>>
  if (typeof href !== 'string' || href === '' || typeof revision !== 'string') return undefined
  if (typeof maxzoom !== 'number' || !Number.isInteger(maxzoom) || maxzoom < 0 || maxzoom > 30) return undefined
  return { href, maxzoom, revision }
}
