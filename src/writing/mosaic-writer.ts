import { setTimeout as sleep } from 'node:timers/promises'
import { AlreadyExistsError, NotFoundError, PreconditionFailedError, SmaltiError } from '../errors.ts'
import type { MosaicInfo, MosaicJSON } from '../mosaic/document.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import type { MosaicPlace, Mosaics } from '../mosaic/mosaics.ts'
import type { UpdateOptions } from '../mosaic/update.ts'
import { withoutAddress } from '../stores/registered-store.ts'
import type { MosaicStore, Revision } from '../stores/store.ts'
import { updateStored } from '../stores/update-stored.ts'
import { type Conditions, documentEtag } from './conditions.ts'
import { Turns } from './turns.ts'
import type { WriteGuard } from './write-guard.ts'

export interface Written {
  /** Nothing was there before. */
  readonly isNew: boolean
  /** ETags. */
  readonly before?: string
  readonly after?: string
  /** As it is read now; absent where it was deleted. */
  readonly info?: MosaicInfo
}

/** Writes mosaics where the operator allows it. What is written is what this process answers with from then on. */
export interface MosaicWriter {
  /** Whether it may be written there. @throws NotWritableError, NotAllowedError, ParameterError, NotFoundError */
  check(url: string): Promise<void>
  /** Puts a mosaic there, whatever was there before. @param text of the document, if it is there already. @throws PreconditionFailedError; InvalidMosaicError for what is there and no mosaic */
  put(url: string, mosaic: MosaicJSON, conditions: Conditions, text?: Uint8Array): Promise<Written>
  /** Adds features to what is there. @throws NotFoundError, PreconditionFailedError, ParameterError */
  update(url: string, features: readonly MosaicFeature[], options: UpdateOptions, conditions: Conditions): Promise<Written>
  /** @throws NotFoundError, PreconditionFailedError */
  remove(url: string, conditions: Conditions): Promise<Written>
}

/** Updates that somebody else's writes may undo before it is given up. */
const TRIES = 10
/** Milliseconds, times the attempts so far, within which it is tried again. */
const PAUSE = 50

export function createMosaicWriter({ mosaics, guard }: { readonly mosaics: Mosaics; readonly guard: WriteGuard }): MosaicWriter {
  const turns = new Turns()

  /** One write of an address at a time: file systems alone cannot tell two writers of the same moment apart. */
  async function write(url: string, work: (place: MosaicPlace, present: MosaicStore | undefined) => Promise<Revision>) {
    const place = mosaics.place(url)
    await guard.check(place)
    return turns.take(place.address, async (): Promise<Written> => {
      const before = await look(url)
      let revision: Revision
      try {
        revision = await work(place, before)
      } catch (error) {
        throw place.registered ? withoutAddress(error, place.registered) : error
      } finally {
        mosaics.changed(url)
      }
      // It is written, even if it cannot be read just now.
      const after = await look(url).catch(() => undefined)
      // Of this write and no later one: whoever gets the ETag of another's would write over it unseen.
      const etag = revision === undefined ? etagOf(after) : documentEtag(revision)
      return { isNew: !before, before: etagOf(before), after: etag, info: after?.info }
    })
  }

  async function look(url: string): Promise<MosaicStore | undefined> {
    try {
      return await mosaics.revalidate(url)
    } catch (error) {
      if (isOf(error, 'NOT_FOUND')) return undefined
      throw error
    }
  }

  return {
    check: (url) => guard.check(mosaics.place(url)),
    put: (url, mosaic, conditions, text) =>
      write(url, async ({ address, kind, context }, present) => {
        check(conditions, present)
        // What could not be read again is not written.
        mosaicInfoOf(mosaic)
        const create = (options: { overwrite?: boolean; ifRevision?: string }) =>
          kind.create?.(address, mosaic, context, { ...options, text }) ?? Promise.resolve(undefined)
        if (present) return create(conditions.isFree ? { overwrite: true } : { ifRevision: present.revision })
        try {
          return await create({ overwrite: false })
        } catch (error) {
          if (!(error instanceof AlreadyExistsError)) throw error
          if (!conditions.isFree) throw failed()
          return create({ overwrite: true })
        }
      }),
    async update(url, features, options, conditions) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await write(url, async (_, present) => {
            if (!present) throw conditions.isFree ? new NotFoundError('there is no mosaic to be updated') : failed()
            check(conditions, present)
            return updateStored(present, features, options)
          })
        } catch (error) {
          // Another process was first. Without a condition this one's features belong there all the same.
          if (!isOf(error, 'PRECONDITION_FAILED') || !conditions.isFree || attempt >= TRIES) throw error
        }
        await sleep(Math.random() * PAUSE * attempt)
      }
    },
    remove: (url, conditions) =>
      write(url, async (_, present) => {
        if (!present && conditions.isFree) throw new NotFoundError('there is no mosaic to be deleted')
        check(conditions, present)
        await present?.delete(conditions.isFree ? {} : { ifRevision: present.revision })
        return undefined
      }).then(({ before }) => ({ isNew: false, before })),
  }
}

/** Of a registered mosaic it is another class, which does not say where it lies. */
function isOf(error: unknown, code: string): boolean {
  return error instanceof SmaltiError && error.code === code
}

function etagOf(store: MosaicStore | undefined): string | undefined {
  return store && documentEtag(store.revision)
}

function check(conditions: Conditions, present: MosaicStore | undefined): void {
  if (!conditions.hold(etagOf(present))) throw failed()
}

function failed(): PreconditionFailedError {
  return new PreconditionFailedError(
    'the mosaic is not the one that the request names: it was changed, deleted or made meanwhile',
  )
}
