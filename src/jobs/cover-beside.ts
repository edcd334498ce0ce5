import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { TooLargeError } from '../errors.ts'
import { tileMatrixSet } from '../grid/tms.ts'
import { type CreateOptions, fromFeatures, tilesUnder } from '../mosaic/create.ts'
import { lazyDocument, type MosaicJSON } from '../mosaic/document.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'
import { type Outcome, unwrap } from '../work/outcome.ts'
import type { Covered, CoverTask } from './cover-thread.ts'

/** What crosses to a thread: no functions. */
export type PlainCreateOptions = Omit<CreateOptions, 'accessor' | 'assetFilter'> & {
  /** Name of the property that has the asset's address. */
  readonly property: string
}

/** Tiles that are covered in less time than a thread needs for its start. */
const FEW = 5000
/** JavaScript heap of the thread. */
const HEAP_MIB = 768

/** Node runs the sources as they are, and what was built from them. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './cover-thread.ts' : './cover-thread.js', import.meta.url)

/** The mosaic of some features; where they lie on many tiles, a thread of its own finds out which, and its text comes with it. @throws SmaltiError; the signal's reason */
export async function coverBeside(
  features: readonly MosaicFeature[],
  options: PlainCreateOptions,
  signal: AbortSignal,
): Promise<{ readonly mosaic: MosaicJSON; readonly text?: Uint8Array }> {
  signal.throwIfAborted()
  const { property, tms, quadkeyZoom = options.minzoom } = options
  const set = tileMatrixSet(tms ?? 'WebMercatorQuad')
  if (tilesUnder(features, set, quadkeyZoom) <= FEW) return { mosaic: fromFeatures(features, withAccessor(options)) }
  const task: CoverTask = { features: features.map((feature) => slim(feature, property)), options, definition: set.definition }
  const worker = new Worker(THREAD, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB }, execArgv: [] })
  try {
    const [outcome] = (await once(worker, 'message', { signal })) as [Outcome<Covered>]
    const { members, text } = unwrap(outcome)
    const tiles = () => (JSON.parse(Buffer.from(text.buffer).toString()) as MosaicJSON).tiles
    return { mosaic: lazyDocument(members, tiles), text }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new TooLargeError(`the mosaic needs more than the ${HEAP_MIB} MiB of memory that a job may take`)
    throw signal.aborted ? signal.reason : error
  } finally {
    await worker.terminate()
  }
}

export function withAccessor({ property, ...options }: PlainCreateOptions): CreateOptions {
  return { ...options, accessor: ({ properties }) => properties?.[property] as string }
}

/** Only what is asked of it. */
function slim({ geometry, properties }: MosaicFeature, property: string): MosaicFeature {
  return { geometry, properties: { [property]: properties?.[property] } }
}
