import type { Cog } from '../cog/cog.ts'
import { isSkippable } from '../compose-assets.ts'
import type { Engine } from '../engine.ts'
import { NotAllowedError, SmaltiError } from '../errors.ts'
import { crsFromUserInput, sameCrs } from '../grid/crs.ts'
import { transformBounds } from '../grid/transformer.ts'
import type { Trace } from '../net/source.ts'
import type { PartRequest } from '../raster/plan.ts'
import type { MosaicStore } from '../stores/store.ts'
import type { PictureRequest } from '../tile.ts'
import { contentRevision } from './content-revision.ts'
import { layerMember } from './layer-member.ts'
import { pixelSize } from './overview-grid.ts'

interface Work {
  readonly signal: AbortSignal
  readonly trace: Trace
}

/** Milliseconds that a picture waits until it is known which tiles a mosaic has: as long as its assets may take. */
const PATIENCE = 2000
/** Pixels that are finer by so little are the overview's own, but for rounding. */
const SLACK = 1e-6
const MERCATOR = crsFromUserInput('EPSG:3857', 'crs')

/**
 * A picture of a mosaic made of its overview alone, where there is one that is fine enough and of the tiles that the mosaic has now.
 * undefined: it is to be made of the assets, also where the overview cannot be read. @throws SmaltiError that is not the overview's fault
 */
export async function paintedFromLayer<T>(
  engine: Engine,
  store: MosaicStore | undefined,
  request: PictureRequest,
  grid: PartRequest,
  work: Work & { readonly paint: (href: string) => Promise<T> },
): Promise<T | undefined> {
  const member = store && layerMember(store.info.members)
  if (!store || !member || !asksForValuesAsTheyAre(request) || !isCoarse(grid, pixelSize(member.maxzoom))) return undefined
  try {
    if ((await soon(contentRevision(store))) !== member.revision) return undefined
    const href = await store.resolve(member.href)
    const { info } = await engine.cogs.open(href, work)
    return hasBands(info, grid) ? await work.paint(href) : undefined
  } catch (error) {
    work.signal.throwIfAborted()
    if (error instanceof SmaltiError && !isSkippable(error) && !(error instanceof NotAllowedError)) throw error
    tell(engine, member.href, error)
    return undefined
  }
}

/** The overview holds the first valid values. What a request has to say of nodata, of scales, or of items' assets, it says of the assets. */
function asksForValuesAsTheyAre({ pixelSelection, nodata, unscale, assets }: PictureRequest): boolean {
  return pixelSelection === 'first' && nodata === undefined && unscale !== true && assets === undefined
}

/** Whether no pixel of a grid is finer than those of the overview. */
function isCoarse({ bbox, crs, width, height }: PartRequest, pixel: number): boolean {
  const [minX, minY, maxX, maxY] = sameCrs(crs, MERCATOR) ? bbox : transformBounds(crs, MERCATOR, bbox)
  const least = pixel * (1 - SLACK)
  return (maxX - minX) / width >= least && (maxY - minY) / height >= least
}

function hasBands({ bandCount }: Cog['info'], { bands }: PartRequest): boolean {
  return bands?.every((band) => band < bandCount) ?? true
}

/** undefined where it takes longer: it goes on, for those who ask later. */
async function soon<T>(work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, PATIENCE, undefined)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

const told = new Set<string>()
/** Overviews that are remembered as told of. */
const MOST_TOLD = 1000

/** Once for each overview and reason: every tile of a low zoom would say it again. */
function tell(engine: Engine, href: string, error: unknown): void {
  const reason = error instanceof SmaltiError ? error.code : String(error)
  const key = `${href} ${reason}`
  if (told.has(key)) return
  if (told.size >= MOST_TOLD) told.clear()
  told.add(key)
  engine.log?.warn({ overview: href, err: error }, 'an overview cannot be read: the assets are used instead')
}
