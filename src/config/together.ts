import type { SETTINGS } from './settings.ts'

type Name = keyof typeof SETTINGS

/** Of the settings, those that only make sense together. */
export interface Together {
  readonly maxAge: number
  readonly partialMaxAge: number
  readonly sharedMaxAge: number | undefined
  readonly maxMosaicBytes: number
  readonly maxMosaicUnpacked: number
  readonly allowWrite: readonly string[]
  readonly writeKey: readonly string[]
  readonly jwtIssuer: string
}

/** What is wrong with settings that are each right by themselves; the names of the two, and a sentence. undefined: nothing. */
export function contradiction(
  values: Together,
  given: ReadonlySet<Name>,
): { readonly names: readonly [Name, Name]; readonly reason: string } | undefined {
  const { maxAge, partialMaxAge, sharedMaxAge, maxMosaicBytes, maxMosaicUnpacked, allowWrite, writeKey, jwtIssuer } = values
  if (given.has('partialMaxAge') && partialMaxAge > Math.max(maxAge, sharedMaxAge ?? 0))
    return { names: ['partialMaxAge', 'maxAge'], reason: 'a partial answer would be kept longer than a whole one' }
  if (maxMosaicUnpacked < maxMosaicBytes && (given.has('maxMosaicUnpacked') || given.has('maxMosaicBytes')))
    return { names: ['maxMosaicUnpacked', 'maxMosaicBytes'], reason: 'a document may be larger packed than unpacked' }
  if (allowWrite.length > 0 && writeKey.length === 0 && jwtIssuer === '')
    return { names: ['allowWrite', 'writeKey'], reason: 'nobody may write without a key or an issuer of tokens' }
  if ((given.has('jwtAudience') || given.has('jwtScope')) && jwtIssuer === '')
    return { names: [given.has('jwtAudience') ? 'jwtAudience' : 'jwtScope', 'jwtIssuer'], reason: 'there is no issuer of tokens' }
  return undefined
}
