import type { Cogs } from './cog/cogs.ts'
import { cogFeature } from './cog-info.ts'
import { ParameterError, SmaltiError } from './errors.ts'
import { type TileMatrixSet } from './grid/tms.ts'
import { zoomRange } from './grid/zoom-range.ts'
import { type CreateOptions, fromFeatures } from './mosaic/create.ts'
import type { MosaicJSON } from './mosaic/document.ts'
import type { MosaicFeature } from './mosaic/footprint.ts'

/** What the header of a file tells of it, as cogeo-mosaic's footprints have it. */
export interface FootprintProperties {
  readonly path: string
  /** Degrees; minX > maxX: across the antimeridian. */
  readonly bounds: readonly number[]
  readonly minzoom: number
  readonly maxzoom: number
  readonly datatype: string
}

export type FileFootprint = MosaicFeature & { readonly properties: FootprintProperties }

export interface FootprintsOptions {
  /** fail: the first file that cannot be read is the error; skip: it is named in `failed`. */
  readonly onError?: 'skip' | 'fail'
  /** Files that are opened at a time (20). */
  readonly concurrency?: number
  /** What an earlier reading has found of a file; that one is not opened again. */
  readonly known?: (path: string) => FileFootprint | undefined
  /** Each file as its header has been read, with the file's revision. */
  readonly onRead?: (footprint: FileFootprint, revision: string) => void
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

export interface Footprints {
  /** In the order of the input. */
  readonly features: readonly FileFootprint[]
  readonly failed: readonly { readonly path: string; readonly error: SmaltiError }[]
}

/** Reads the headers of many files. @throws SmaltiError of a file that cannot be read, unless those are skipped */
export async function footprints(
  cogs: Cogs,
  paths: readonly string[],
  tms: TileMatrixSet,
  { onError = 'fail', concurrency = 20, known, onRead, onProgress, signal }: FootprintsOptions = {},
): Promise<Footprints> {
  const found: (FileFootprint | undefined)[] = []
  const failed: { path: string; error: SmaltiError }[] = []
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    while (next < paths.length) {
      const i = next++
      try {
        found[i] = known?.(paths[i]) ?? (await footprint(cogs, paths[i], tms, { onRead, signal }))
      } catch (error) {
        if (onError === 'fail' || !(error instanceof SmaltiError)) {
          next = paths.length
          throw error
        }
        failed.push({ path: paths[i], error })
      }
      onProgress?.(++done, paths.length)
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, paths.length) }, work))
  return { features: found.filter((feature) => feature !== undefined), failed }
}

async function footprint(
  cogs: Cogs,
  path: string,
  tms: TileMatrixSet,
  { onRead, signal }: Pick<FootprintsOptions, 'onRead' | 'signal'>,
): Promise<FileFootprint> {
  const cog = await cogs.open(path, { signal })
  const { geometry, bbox } = cogFeature(cog)
  const { minzoom, maxzoom } = zoomRange(cog.info, cog.info.crs, tms)
  const properties = { path, bounds: bbox, minzoom, maxzoom, datatype: cog.info.dtype }
  const found: FileFootprint = { type: 'Feature', geometry, properties }
  onRead?.(found, cog.revision)
  return found
}

/**
 * Zooms of a mosaic of files, where they are not given: the greatest maxzoom, and the greatest minzoom, so that no tile needs too many of
 * them. @throws ParameterError where the files' data types differ, or there is none
 */
export function zoomsOf(
  features: readonly FileFootprint[],
  given: { readonly minzoom?: number; readonly maxzoom?: number } = {},
): { readonly minzoom: number; readonly maxzoom: number } {
  if (features.length === 0) throw new ParameterError('urls', 'urls: there is none that can be read')
  const types = new Set(features.map(({ properties }) => properties.datatype))
  if (types.size > 1) throw new ParameterError('urls', `urls: the files have different data types: ${[...types].join(', ')}`)
  const greatest = (of: 'minzoom' | 'maxzoom'): number =>
    features.reduce((most, { properties }) => Math.max(most, properties[of]), 0)
  const maxzoom = given.maxzoom ?? greatest('maxzoom')
  return { maxzoom, minzoom: given.minzoom ?? Math.min(greatest('minzoom'), maxzoom) }
}

/** A mosaic of what {@link footprints} has found. @throws ParameterError */
export function mosaicOfFootprints(features: readonly FileFootprint[], options: Partial<CreateOptions> = {}): MosaicJSON {
  return fromFeatures(features, { ...options, ...zoomsOf(features, options) })
}
