import type { Cog } from './cog/cog.ts'
import type { Cogs } from './cog/cogs.ts'
import { ChangedError } from './errors.ts'
import type { ReadOptions } from './net/source.ts'

const TRIES = 3

/**
 * Work whose grid comes from the file itself: where the file is replaced before its pixels have been read, the work is done again on the
 * new one, so that never the pixels of one lie on the grid of the other. @throws ChangedError where it changes again and again
 */
export async function onOneRevision<T>(
  cogs: Cogs,
  href: string,
  options: ReadOptions,
  work: (cog: Cog) => Promise<T>,
): Promise<T> {
  let cog = await cogs.open(href, options)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const result = await work(cog)
    const now = await cogs.open(href, options)
    if (now.revision === cog.revision) return result
    cog = now
  }
  throw new ChangedError(`${cog.name} changes while it is being read`)
}
