import { availableParallelism } from 'node:os'
import type { CredentialEntry } from '../net/credentials.ts'
import { readCredentials } from './credentials.ts'
import { readMosaics } from './mosaics.ts'
import type { RegisteredMosaic } from '../mosaic/registered.ts'
import type { TileMatrixSetDefinition } from '../grid/tms-definition.ts'
import { readTileMatrixSets } from './tile-matrix-sets.ts'
import { bytes, integer, issuer, keys, type Kind, list, oneOf, origins, pathPrefix, proxies, seconds, text } from './values.ts'

/** One setting: its flag, its environment name, `--help`, the README's table and the validation all come from here. */
export interface Setting<T> {
  readonly kind: Kind<T>
  /** Meaning, one sentence without a full stop. */
  readonly about: string
  readonly default: () => T
  /** The default as the documentation shows it. */
  readonly shown: string
}

function setting<T>(kind: Kind<T>, about: string, fallback: NoInfer<T> | (() => NoInfer<T>), shown?: string): Setting<T> {
  // Values are texts, numbers and lists: what can be called computes the default.
  const value = typeof fallback === 'function' ? (fallback as () => T) : () => fallback
  return { kind, about, default: value, shown: shown ?? String(fallback) }
}

/** Read at the start, so that a mistake in them is seen there. */
const tileMatrixSetsFolder: Kind<readonly TileMatrixSetDefinition[]> = {
  placeholder: 'FOLDER',
  parse: (path) => readTileMatrixSets(text.parse(path)),
}

const optionalSeconds: Kind<number | undefined> = seconds

const MiB = 2 ** 20

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Read at the start, so that a mistake in it is seen there. The values never leave the program. */
const credentialsFile: Kind<readonly CredentialEntry[]> = {
  placeholder: 'FILE',
  parse: (path) => readCredentials(text.parse(path)),
}

/** Read at the start, as the credentials are: its addresses may hold secrets too. */
const mosaicsFile: Kind<readonly RegisteredMosaic[]> = {
  placeholder: 'FILE',
  parse: (path) => readMosaics(text.parse(path)),
}

export const SETTINGS = {
  host: setting(text, 'address to listen on', '127.0.0.1'),
  port: setting(integer(0, 65_535), 'port to listen on; 0 takes a free one', 8000),
  allow: setting(
    list('PREFIX'),
    'what may be read: a folder, or an address such as https://host/prefix/. A private or loopback address written here is allowed, and no other',
    () => [process.cwd()],
    'the folder it is started in',
  ),
  credentials: setting(
    credentialsFile,
    "JSON array of credentials by prefix, for buckets, tables and web servers; without an entry the SDKs' own environment counts",
    [],
    'none',
  ),
  mosaics: setting(
    mosaicsFile,
    'JSON object of mosaics by name: clients ask for them by url=mosaic:NAME and do not learn where they lie',
    [],
    'none',
  ),
  sealKey: setting(
    keys(32),
    'key for sealed addresses (url=sealed:…), which stand in links instead of signed ones; the first one seals, all of them open',
    [],
    'none',
  ),
  workers: setting(integer(1, 256), 'raster threads', availableParallelism, 'the cores'),
  memory: setting(bytes, 'caches of blocks, headers and tiles, and what tiles under way are made of', 192 * MiB, '192MiB'),
  mosaicMemory: setting(bytes, 'cache of mosaic documents', 128 * MiB, '128MiB'),
  writeKey: setting(keys(16), 'key with which mosaics may be written (`Authorization: Bearer KEY`)', [], 'nobody writes'),
  jwtIssuer: setting(issuer, 'issuer (OpenID Connect) whose tokens may write', '', 'none'),
  jwtAudience: setting(text, 'what such a token must name as its audience', '', 'any'),
  jwtScope: setting(text, 'scope or permission that such a token must have', 'smalti:write'),
  allowWrite: setting(
    list('PREFIX'),
    'what may be written, in the form of --allow; it must be allowed there too',
    [],
    'all that may be read',
  ),
  maxJobs: setting(integer(1, 64), 'mosaics that may be made by POST /mosaic/create at a time', 2),
  jobTimeout: setting(integer(1, 86_400, 'SECONDS'), 'longest time for making one mosaic', 900),
  mosaicTtl: setting(seconds, 'how long a mosaic is used before it is revalidated', 60),
  maxAge: setting(seconds, 'how long clients may keep a tile', 3600),
  partialMaxAge: setting(seconds, 'how long clients may keep an empty tile, or one whose assets could not all be read', 60),
  infoMaxAge: setting(seconds, 'how long clients may keep JSON and XML: TileJSON, info, values, lists, capabilities', 60),
  sharedMaxAge: setting(
    optionalSeconds,
    'how long shared caches (a CDN) may keep a tile (s-maxage)',
    undefined,
    'as long as clients',
  ),
  staleWhileRevalidate: setting(
    seconds,
    'how much longer caches may answer with a tile while they ask for it again (stale-while-revalidate)',
    0,
  ),
  empty: setting(oneOf(['204', '404', 'transparent'] as const), 'answer where the tile has no data', '204'),
  onError: setting(
    oneOf(['skip', 'fail'] as const),
    'when one asset of a tile cannot be read: leave it out, or fail the tile',
    'skip',
  ),
  stacAlternate: setting(
    text,
    'name of the `alternate` addresses of STAC assets that go before their `href`, such as s3',
    '',
    'none',
  ),
  tileMatrixSets: setting(
    tileMatrixSetsFolder,
    'folder of tile matrix sets of your own, one JSON definition (OGC 17-083r4) a file',
    [],
    'none',
  ),
  trustProxy: setting(
    proxies,
    'proxies whose X-Forwarded-* and Forwarded headers count: address, network, loopback, private or all',
    [],
    'none',
  ),
  rootPath: setting(pathPrefix, 'path that a proxy puts in front of all routes', '', 'none'),
  timeout: setting(integer(1, 3600, 'SECONDS'), 'longest time for one request, and for the drain at the end', 30),
  maxAssets: setting(integer(1), 'assets that one tile may need', 256),
  maxMosaicBytes: setting(bytes, 'size of a mosaic document as it is stored', 64 * MiB, '64MiB'),
  maxMosaicUnpacked: setting(bytes, 'size of a gzipped mosaic document once unpacked', 512 * MiB, '512MiB'),
  maxPixels: setting(integer(1), 'pixels of one picture (width times height)', 2048 * 2048),
  maxVertices: setting(integer(1), 'vertices of the features of one request', 100_000),
  queue: setting(integer(0), 'tiles that may wait for their turn; above it the answer is 503', 256),
  corsOrigin: setting(origins, 'origins whose pages may read the answers', ['*'], '*'),
  metrics: setting(oneOf(['on', 'off'] as const), 'whether /metrics answers, for Prometheus', 'on'),
  logLevel: setting(oneOf(LOG_LEVELS), 'lowest level that is logged', 'info'),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>
