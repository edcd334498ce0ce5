import { NotAllowedError, NotWritableError } from '../errors.ts'
import type { MosaicPlace } from '../mosaic/mosaics.ts'
import { printRegistered } from '../mosaic/registered.ts'
import { withoutSecrets } from '../net/address.ts'
import { createGuard, type Guard } from '../net/guard.ts'
import type { Touched } from '../stores/kind.ts'

export interface WriteGuardOptions {
  readonly allow: readonly string[]
  /** None: all that is allowed may be written. */
  readonly allowWrite: readonly string[]
  readonly cwd: string
  /** Of DynamoDB tables whose address names none. */
  readonly region: string
}

/** Decides where mosaics may be written: inside `--allow`, and inside `--allow-write` where that is given. */
export interface WriteGuard {
  /** @throws NotWritableError, NotAllowedError, NotFoundError where a folder is not there, ParameterError */
  check(place: MosaicPlace): Promise<void>
}

export function createWriteGuard({ allow, allowWrite, cwd, region }: WriteGuardOptions): WriteGuard {
  const guards = [allow, allowWrite].filter((rules) => rules.length > 0).map((rules) => createGuard({ allow: rules, cwd }))
  return {
    async check({ address, kind, context, registered }) {
      // A mosaic that has no place is no mosaic here: opening says so.
      if (kind.keeps === false) await kind.open(address, context, {})
      if (!kind.create || !kind.touches) throw new NotWritableError(`a mosaic of this kind (${kind.name}) is only read`)
      const touched = kind.touches(address, { cwd, region })
      for (const guard of guards) {
        await checkTouched(guard, touched).catch((error: unknown) => {
          if (!(error instanceof NotAllowedError)) throw error
          const name = registered ? printRegistered(registered) : withoutSecrets(address)
          throw new NotAllowedError(`${name} is not an address that may be written`)
        })
      }
    },
  }
}

async function checkTouched(guard: Guard, touched: Touched): Promise<void> {
  if ('file' in touched) await guard.resolveTarget(touched.file)
  else if ('database' in touched) await guard.resolveDatabase(touched.database, { create: true })
  else if (!touched.addresses.some((address) => isAllowed(guard, address))) throw new NotAllowedError('')
}

function isAllowed(guard: Guard, address: string): boolean {
  try {
    guard.checkStore(address)
    return true
  } catch (error) {
    if (error instanceof NotAllowedError) return false
    throw error
  }
}
