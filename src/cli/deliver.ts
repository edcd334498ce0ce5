import type { Footprints } from '../footprints.ts'
import { withoutSecrets } from '../http/secrets.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { type Target, writeMosaic } from './target.ts'
import type { Terminal } from './terminal.ts'

export interface Delivery {
  /** undefined: the document goes to stdout. */
  readonly target: Target | undefined
  readonly failed?: Footprints['failed']
  readonly json: boolean
  readonly quiet: boolean
}

/** Writes a finished mosaic where it belongs and says so. */
export async function deliver(
  mosaic: MosaicJSON,
  { target, failed = [], json, quiet }: Delivery,
  terminal: Terminal,
): Promise<ExitCode> {
  terminal.signal.throwIfAborted()
  if (target) {
    await writeMosaic(mosaic, target, terminal)
    const result = { ...summary(mosaic), address: withoutSecrets(target.address), failed: failedAsJson(failed) }
    if (json) await terminal.print(`${JSON.stringify(result)}\n`)
    else if (!quiet)
      terminal.say(`${result.address}: ${result.assets} files on ${result.tiles} tiles of zoom ${result.quadkey_zoom}`)
  } else await terminal.print(`${JSON.stringify(mosaic)}\n`)
  return failed.length > 0 ? EXIT.incomplete : EXIT.ok
}

/** What is said of a mosaic in one line. */
export function summary(mosaic: MosaicJSON) {
  const lists = Object.values(mosaic.tiles)
  const { minzoom, maxzoom, quadkey_zoom, bounds, version } = mosaic
  return { version, minzoom, maxzoom, quadkey_zoom, bounds, tiles: lists.length, assets: new Set(lists.flat()).size }
}

export function failedAsJson(failed: Footprints['failed']) {
  return failed.map(({ path, error }) => ({
    path: withoutSecrets(path),
    code: error.code,
    message: withoutSecrets(error.message),
  }))
}
