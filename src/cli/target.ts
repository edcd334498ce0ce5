import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MosaicBackend } from '../backends/mosaic-backend.ts'
import { cloudEnvironment } from '../config/environment.ts'
import { AlreadyExistsError, InvalidMosaicError, NotFoundError, TooLargeError } from '../errors.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import { type CredentialEntry, createCredentials } from '../net/credentials.ts'
import { createNet } from '../net/net.ts'
import type { StoreKind } from '../stores/kind.ts'
import { storeKindOf } from '../stores/registry.ts'
import { MisuseError } from './command.ts'
import { isRelative } from './inputs.ts'
import type { Terminal } from './terminal.ts'

/** Where a mosaic goes, and what may be done there. */
export interface Target {
  readonly address: string
  readonly force: boolean
  readonly credentials: readonly CredentialEntry[] | undefined
  readonly layout?: 'smalti' | 'cogeo-mosaic'
}

/**
 * Looks before the work of hours whether its result could be written at all.
 * @throws MisuseError for what is no place; AlreadyExistsError; SmaltiError where the place cannot be reached
 */
export async function checkTarget({ address, force, credentials = [] }: Target, { cwd, signal }: Terminal): Promise<void> {
  const kind = writableKind(address)
  const path = kind.localPath?.(address, cwd)
  if (path !== undefined && !(await stat(dirname(path)).catch(() => undefined))?.isDirectory()) {
    throw new MisuseError(`${dirname(path)} is not a folder, so nothing can be written there`)
  }
  if (force) return
  const net = createNet({ allow: 'all', cwd, credentials: createCredentials(credentials), env: cloudEnvironment() })
  try {
    await kind.open(address, { net, cwd, limits: { maxBytes: SMALL, maxUnpacked: SMALL, memory: SMALL } }, { signal })
  } catch (error) {
    if (error instanceof NotFoundError) return
    // Something is there, whatever it is.
    if (!(error instanceof InvalidMosaicError) && !(error instanceof TooLargeError)) throw error
  } finally {
    await net.close()
  }
  throw new AlreadyExistsError(`${address} is there already and may not be overwritten`)
}

/** A glance: to learn that there is something, no more of it need be read. */
const SMALL = 2 ** 16

function writableKind(address: string): StoreKind {
  const kind = storeKindOf(address)
  if (!kind.create || kind.keeps === false) throw new MisuseError(`a mosaic cannot be written to ${address}`)
  return kind
}

/** Writes a mosaic; without `force` on the condition that nothing is there, even if it has come since {@link checkTarget}. */
export async function writeMosaic(mosaicDef: MosaicJSON, target: Target, { cwd }: Terminal): Promise<void> {
  const { address, force, credentials, layout } = target
  await using mosaic = await MosaicBackend(address, { mosaicDef, credentials, cwd, ...(layout && { layout }) })
  await mosaic.write({ overwrite: force })
}

/** Says it where a mosaic lies in no file and its images are named by relative paths: whoever reads it looks for them beside it. */
export function remarkOnPaths(address: string, inputs: readonly string[], terminal: Terminal): void {
  const relative = inputs.filter(isRelative).length
  if (relative === 0 || storeKindOf(address).localPath) return
  terminal.say(`${relative} images have relative paths, which are looked for beside the mosaic; --absolute writes them in full`)
}
