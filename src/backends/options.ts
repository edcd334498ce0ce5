import type { AlgorithmRequest } from '../algorithms/registry.ts'
import type { SelectionName } from '../compose/registry.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import type { CredentialEntry } from '../net/credentials.ts'
import type { Reprojection, Resampling } from '../raster/plan.ts'

export interface BackendOptions {
  /** A mosaic that is given, and not read from the address: `write` stores it there. */
  readonly mosaicDef?: MosaicJSON
  /**
   * What assets may be read from beside the mosaic's own folder, bucket or server and all public addresses: folders and addresses as
   * in `--allow`, or 'all'. The mosaic's own address is always allowed.
   */
  readonly allow?: 'all' | readonly string[]
  /** As in `--credentials`; without an entry the SDKs' own environment counts. */
  readonly credentials?: readonly CredentialEntry[]
  /** Relative paths count from here; default the process's folder. */
  readonly cwd?: string
  /** Raster threads; they are shared by all backends, and the first one that reads pixels decides. */
  readonly workers?: number
  /** Milliseconds for one read of a server (30,000). */
  readonly timeoutMs?: number
  /** Bytes of a document as it is stored, unpacked, and in memory. */
  readonly maxBytes?: number
  readonly maxUnpacked?: number
  readonly memory?: number
  /** Assets that one picture may need, and pixels that it may have. */
  readonly maxAssets?: number
  readonly maxPixels?: number
}

/** How pixels are read. Names and defaults are those of the HTTP parameters. */
export interface ReadingOptions {
  /** 1-based. */
  readonly bidx?: readonly number[]
  /** Instead of `bidx`. */
  readonly expression?: string
  /** Where the assets are STAC items: assets of theirs by name, `name|bidx=1,2`, `name|expression=b1/b2`; all bands in this order. */
  readonly assets?: readonly string[]
  readonly nodata?: number
  readonly unscale?: boolean
  readonly resampling?: Resampling
  readonly reproject?: Reprojection
  readonly algorithm?: AlgorithmRequest
  readonly pixelSelection?: SelectionName
  /** skip: an asset that cannot be read is left out, and named in `skipped`. */
  readonly onError?: 'skip' | 'fail'
  readonly signal?: AbortSignal
}

export interface TileOptions extends ReadingOptions {
  /** Tile matrix set, by its id; default the mosaic's. */
  readonly tms?: string
  /** Pixels of one side (256). */
  readonly tilesize?: number
  /** Pixels more on each side: a multiple of 0.5. */
  readonly buffer?: number
  /** Pixels around the tile that take part in the resampling. */
  readonly padding?: number
}

export interface PartOptions extends ReadingOptions {
  readonly width?: number
  readonly height?: number
  /** Bounds the longer side; does not count beside width or height. */
  readonly maxSize?: number
  /** CRS of the coordinates; default degrees on WGS84. */
  readonly coordCrs?: string
  /** CRS of the picture; default the coordinates'. */
  readonly dstCrs?: string
}

export interface PointOptions extends ReadingOptions {
  readonly coordCrs?: string
}

export interface AssetsOptions {
  /** Stop after so many. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

export interface LinkOptions {
  /** Write into the mosaic that its overview is there (true). */
  readonly link?: boolean
  /** How the mosaic names the overview; default its address, relative where it lies beside the mosaic or below. */
  readonly href?: string
}
