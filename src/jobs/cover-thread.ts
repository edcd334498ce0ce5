import { parentPort, workerData } from 'node:worker_threads'
import type { TileMatrixSetDefinition } from '../grid/tms-definition.ts'
import { registerTileMatrixSet, TILE_MATRIX_SETS } from '../grid/tms.ts'
import { fromFeatures } from '../mosaic/create.ts'
import { type MosaicMembers, textOf } from '../mosaic/document.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'
import { attempt } from '../work/outcome.ts'
import { type PlainCreateOptions, withAccessor } from './cover-beside.ts'

export interface CoverTask {
  readonly features: readonly MosaicFeature[]
  readonly options: PlainCreateOptions
  readonly definition: TileMatrixSetDefinition
}

/** The mosaic as text: objects would be copied by the thread that answers requests. */
export interface Covered {
  readonly members: MosaicMembers
  readonly text: Uint8Array
}

const { features, options, definition } = workerData as CoverTask
// One of the operator's own is not known here yet.
if (!TILE_MATRIX_SETS.includes(definition.id)) registerTileMatrixSet(definition)
const outcome = await attempt(async (): Promise<Covered> => {
  const mosaic = fromFeatures(features, withAccessor(options))
  const { tiles: _, ...members } = mosaic
  // In memory of its own, which can be handed over: small buffers of Node's share one pool.
  return { members, text: new Uint8Array(textOf(mosaic)) }
})
parentPort?.postMessage(outcome, 'value' in outcome ? [outcome.value.text.buffer as ArrayBuffer] : [])
