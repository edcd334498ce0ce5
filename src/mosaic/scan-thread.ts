import { parentPort, workerData } from 'node:worker_threads'
import { attempt } from '../work/outcome.ts'
import { type ParseLimits, scanDocument } from './scan.ts'

/** The thread of one large document: it reads the document, hands its columns over and ends. */
const { bytes, limits } = workerData as { bytes: Uint8Array; limits: ParseLimits }
const outcome = await attempt(() => scanDocument(bytes, limits))
const columns = 'value' in outcome ? Object.values(outcome.value.columns) : []
parentPort?.postMessage(
  outcome,
  columns.map(({ buffer }) => buffer as ArrayBuffer),
)
