import { createCogs } from '../cog/cogs.ts'
import { cloudEnvironment } from '../config/environment.ts'
import { type Footprints, footprints, type FootprintsOptions, mosaicOfFootprints } from '../footprints.ts'
import { DEFAULT_TMS, tileMatrixSet } from '../grid/tms.ts'
import type { CreateOptions } from '../mosaic/create.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import { createCredentials } from '../net/credentials.ts'
import { createNet } from '../net/net.ts'
import type { BackendOptions } from './options.ts'
import { poolWhenNeeded } from './shared-pool.ts'

export interface ReadFootprintsOptions extends FootprintsOptions, Pick<BackendOptions, 'credentials' | 'cwd' | 'timeoutMs'> {
  /** Tile matrix set of the zooms, by its id; default WebMercatorQuad. */
  readonly tms?: string
}

export interface FromUrlsOptions extends ReadFootprintsOptions, Partial<CreateOptions> {}

const HEADERS = 2 ** 26

/** Footprints and zooms of files, from their headers. @throws SmaltiError of a file that cannot be read, unless those are skipped */
export async function readFootprints(paths: readonly string[], options: ReadFootprintsOptions = {}): Promise<Footprints> {
  const { cwd = process.cwd(), timeoutMs, credentials = [], tms = DEFAULT_TMS } = options
  const net = createNet({ allow: 'all', cwd, timeoutMs, credentials: createCredentials(credentials), env: cloudEnvironment() })
  const pool = poolWhenNeeded()
  const cogs = createCogs({ net, pool, memory: HEADERS, ttl: 60 })
  try {
    return await footprints(cogs, paths, tileMatrixSet(tms), options)
  } finally {
    await cogs.close()
    await net.close()
    await pool.close()
  }
}

/**
 * A mosaic of files. Zooms that are not given are those of the files: the greatest maxzoom, and the greatest minzoom, so that no tile
 * needs too many of them; quadkey_zoom is the minzoom. @throws ParameterError where the files' data types differ, or none could be read
 */
export async function fromUrls(urls: readonly string[], options: FromUrlsOptions = {}): Promise<MosaicJSON> {
  const { features } = await readFootprints(urls, options)
  return mosaicOfFootprints(features, options)
}

export { mosaicOfFootprints }
