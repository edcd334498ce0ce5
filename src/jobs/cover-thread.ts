import { parentPort, workerData } from 'node:worker_threads'
import type { TileMatrixSetDefinition } from '../grid/tms-definition.ts'
import { registerTileMatrixSet, TILE_MATRIX_SETS } from '../grid/tms.ts'
import { fromFeatures } from '../mosaic/create.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'
import { attempt } from '../work/outcome.ts'
import { type PlainCreateOptions, withAccessor } from './cover-beside.ts'

export interface CoverTask {
  readonly features: readonly MosaicFeature[]
  readonly options: PlainCreateOptions
  readonly definition: TileMatrixSetDefinition
}

const { features, options, definition } = workerData as CoverTask
// One of the operator's own is not known here yet.
if (!TILE_MATRIX_SETS.includes(definition.id)) registerTileMatrixSet(definition)
const outcome = await attempt(async () => fromFeatures(features, withAccessor(options)))
parentPort?.postMessage(outcome, [])
