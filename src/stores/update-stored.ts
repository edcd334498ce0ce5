import type { MosaicFeature } from '../mosaic/footprint.ts'
import { addedTiles, patchOf, updatedMosaic, type UpdateOptions } from '../mosaic/update.ts'
import type { MosaicStore, Revision } from './store.ts'

/**
 * Adds features to the mosaic of a store, where it lies. SQLite and DynamoDB touch the changed tiles only; documents are written whole.
 * The store goes on to show what it has read. @returns the new revision. @throws PreconditionFailedError where somebody else has written since; NotWritableError
 */
export async function updateStored(
  store: MosaicStore,
  features: readonly MosaicFeature[],
  options: UpdateOptions = {},
): Promise<Revision> {
  if (!store.amend) {
    return store.write(updatedMosaic(await store.document(), features, options), { ifRevision: store.revision })
  }
  if (features.length === 0) return store.revision
  const { info } = store
  const added = addedTiles(info, features, options)
  return store.amend(Object.keys(added), (present) => patchOf(info, features, added, present, options))
}
