import { SmaltiError } from './errors.ts'
import type { MosaicsOptions } from './mosaic/mosaics.ts'
import type { RegisteredMosaic } from './mosaic/registered.ts'
import { createNet, type NetOptions } from './net/net.ts'
import { allowEntries } from './stores/allow-entry.ts'
import { storeKindOf } from './stores/registry.ts'

/**
 * The registered mosaics, with a net of their own: being registered allows their documents, for that name only. What these name is
 * judged by what is allowed to everybody. @throws Error that names the mosaic whose address is none of ours
 */
export function createRegistered(
  mosaics: readonly RegisteredMosaic[],
  options: NetOptions & { readonly allow: readonly string[] },
): MosaicsOptions['registered'] {
  if (mosaics.length === 0) return undefined
  const { cwd, env = {} } = options
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1'
  const own = mosaics.flatMap((mosaic) => {
    try {
      return allowEntries(storeKindOf(mosaic.address), mosaic.address, { cwd, region })
    } catch (error) {
      const reason = error instanceof SmaltiError ? error.message : 'url: is not an address of a mosaic'
      throw new Error(`--mosaics: ${mosaic.name}: ${reason}`, { cause: error })
    }
  })
  return { mosaics, net: createNet({ ...options, allow: [...options.allow, ...own] }) }
}
