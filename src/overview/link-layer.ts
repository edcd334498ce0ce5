import { ChangedError, PreconditionFailedError } from '../errors.ts'
import type { MosaicStore } from '../stores/store.ts'
import { contentRevision } from './content-revision.ts'
import { LAYER_MEMBER, type LayerMember } from './layer-member.ts'

/** A mosaic that others write all the time is left to them. */
const TRIES = 3

/**
 * Writes the member into the mosaic as it lies there now, whatever else has changed in it, if it still has the tiles that the overview
 * was made of. @param open reads the mosaic anew. @throws ChangedError where it has others; NotWritableError
 */
export async function linkLayer(open: () => Promise<MosaicStore>, layer: LayerMember): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const store = await open()
    if ((await contentRevision(store)) !== layer.revision) {
      throw new ChangedError('the mosaic has got other tiles while its overview was made: it is not linked')
    }
    try {
      return await writeMember(store, layer)
    } catch (error) {
      if (!(error instanceof PreconditionFailedError) || attempt === TRIES) throw error
    }
  }
}

async function writeMember(store: MosaicStore, layer: LayerMember): Promise<void> {
  if (store.amend) {
    const members = { ...store.info.members, [LAYER_MEMBER]: layer }
    await store.amend([], () => ({ members, tiles: new Map() }))
  } else await store.write({ ...(await store.document()), [LAYER_MEMBER]: layer }, { ifRevision: store.revision })
}
