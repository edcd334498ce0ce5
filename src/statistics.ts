import { setImmediate as breathe } from 'node:timers/promises'
import { type AlgorithmRequest, applyAlgorithm, bandsOfAlgorithm } from './algorithms/registry.ts'
import { assetFiles, bandLabels, type BandsRequest } from './asset-files.ts'
import { composeAssets } from './compose-assets.ts'
import type { Engine } from './engine.ts'
import { NotFoundError, ParameterError } from './errors.ts'
import { boxOf, shapesOn, type FeatureRequest } from './feature.ts'
import { coverageOf } from './feature/coverage.ts'
import { cut } from './feature/cut.ts'
import { newTrace } from './net/source.ts'
import type { Trace } from './net/source.ts'
import { findPart } from './part.ts'
import { onPreviewGrid, type PreviewRequest } from './preview.ts'
import { cropped } from './raster/cropped.ts'
import type { Raster } from './raster/raster.ts'
import { printAsset } from './stac/asset-options.ts'
import { bandStatistics, type BandStatistics, type StatisticsRequest } from './raster/statistics.ts'

/** Statistics of every band, by its name. */
export type Statistics = Readonly<Record<string, BandStatistics & { readonly description: string }>>

export interface FeatureStatisticsRequest extends FeatureRequest {
  readonly statistics: StatisticsRequest
  /** Parts of a pixel's side in which its coverage is measured. */
  readonly coverScale: number
}

interface Work {
  readonly signal: AbortSignal
  readonly trace: Trace
}

/** Statistics of a whole COG or STAC item, of its preview. @throws SmaltiError */
export async function statistics(
  engine: Engine,
  request: PreviewRequest & { readonly statistics: StatisticsRequest },
  signal: AbortSignal,
): Promise<Statistics> {
  const trace = newTrace()
  const { raster } = await onPreviewGrid(engine, request, { signal, trace }, ({ grid, gridOf }) =>
    composeAssets(engine, [request.url], gridOf ?? grid, request, { signal, trace }),
  )
  if (!raster) throw new NotFoundError('there is no data in the file')
  return describeBands(engine, applyAlgorithm(raster, request.algorithm), request, request.url, undefined, { signal, trace })
}

/** Statistics of the assets of an item, each by itself: by what it was asked for as. @throws SmaltiError */
export async function assetStatistics(
  engine: Engine,
  request: PreviewRequest & { readonly statistics: StatisticsRequest },
  signal: AbortSignal,
): Promise<Readonly<Record<string, Statistics>>> {
  const { files } = await assetFiles(engine, request.url, request, { signal, trace: newTrace() })
  const found: [string, Statistics][] = []
  for (const { name = '', wanted = { name } } of files) {
    const bands = Object.entries(await statistics(engine, { ...request, assets: [wanted], assetAsBand: undefined }, signal))
    // Each stands by itself, so its bands go by the names that the file gives them.
    const own = bands.map(([band, values]) => [band, { ...values, description: values.description.slice(name.length + 1) }])
    found.push([printAsset(wanted), Object.fromEntries(own) as Statistics])
  }
  return Object.fromEntries(found)
}

/** Statistics of what lies under a geometry; pixels of its edge count by the part that it covers. @throws SmaltiError */
export async function featureStatistics(
  engine: Engine,
  request: FeatureStatisticsRequest,
  signal: AbortSignal,
): Promise<{ readonly statistics?: Statistics; readonly assets: readonly string[] }> {
  const trace = newTrace()
  const found = await findPart(engine, { ...boxOf(request), align: true }, { signal, trace })
  if (!found.grid) return { assets: [] }
  const { raster, used, skipped, revisions } = await composeAssets(engine, found.hrefs, found.gridOf ?? found.grid, request, {
    signal,
    trace,
  })
  if (!raster) return { assets: [] }
  // As from titiler: all that were looked at, until nothing was left to be filled.
  const assets = revisions.map(([href]) => href).filter((href) => !skipped.includes(href))
  checkCells(engine, raster, request.coverScale)
  const shapes = shapesOn(request, raster)
  const coverage = await coverageOf(shapes, raster, request.coverScale, signal)
  const inside = applyAlgorithm(cut(raster, shapes), request.algorithm)
  const covered = sameMargin(coverage, raster, inside)
  return { statistics: await describeBands(engine, inside, request, used[0], covered, { signal, trace }), assets }
}

/** The coverage of what an algorithm has left: it may have cut its buffer off. */
function sameMargin(coverage: Float32Array, from: Raster, to: Raster): Float32Array {
  if (from.width === to.width) return coverage
  const { bands } = cropped({ width: from.width, height: from.height, bands: [coverage], masks: [] }, (from.width - to.width) / 2)
  return bands[0] as Float32Array
}

/** Parts of a pixel that coverage may be measured in, for the largest picture: 16 x 16. */
const PARTS_A_PIXEL = 256

function checkCells(engine: Engine, { width, height }: Raster, scale: number): void {
  if (width * height * scale ** 2 > engine.limits.maxPixels * PARTS_A_PIXEL)
    throw new ParameterError(
      'cover_scale',
      `cover_scale: ${scale} is too fine for ${width} x ${height} pixels: ask for less of either`,
    )
}

async function describeBands(
  engine: Engine,
  raster: Raster,
  request: BandsRequest & { readonly algorithm?: AlgorithmRequest; readonly statistics: StatisticsRequest },
  first: string,
  coverage: Float32Array | undefined,
  { signal, trace }: Work,
): Promise<Statistics> {
  const labels = await bandLabels(engine, first, request, { signal, trace })
  const made = request.algorithm && bandsOfAlgorithm(request.algorithm)
  const descriptions = made ?? labels.descriptions
  const found: [string, Statistics[string]][] = []
  for (const [i, samples] of raster.bands.entries()) {
    const band = { samples, dtype: raster.dtype, mask: raster.masks[i], coverage }
    // An algorithm may have made bands that the file has not.
    const name = labels.names[i] ?? `b${i + 1}`
    found.push([name, { ...bandStatistics(band, request.statistics), description: descriptions[i] ?? '' }])
    // A band of four million samples takes a second: others get their turn in between.
    await breathe()
    signal.throwIfAborted()
  }
  return Object.fromEntries(found)
}
