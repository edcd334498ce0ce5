import type { SourceInfo } from '../cog/cog.ts'
import { ParameterError } from '../errors.ts'
import type { BBox } from '../grid/bbox.ts'
import { type Crs, sameCrs } from '../grid/crs.ts'
import { holdsPole } from '../grid/poles.ts'
import { gridBounds, ordered } from '../grid/suggested-grid.ts'
import { transformBounds, transformer } from '../grid/transformer.ts'
import type { Grid } from '../grid/warped-grid.ts'
import { grown } from './grown.ts'
import { unmixed } from './indexed.ts'
import type { PartPlan, PartRequest } from './part-plan.ts'
import { planPlain } from './plan-plain.ts'
import { planWarp } from './plan-warp.ts'

export * from './part-plan.ts'

/** Where the box of a tile lies in the CRS of its assets: they mostly share one. */
const placed = new WeakMap<BBox, { readonly from: Crs; readonly definition: string; readonly box: BBox }>()

function boxIn(info: { readonly crs: Crs }, request: Pick<PartRequest, 'bbox' | 'crs'>): BBox {
  const { definition } = info.crs
  const known = placed.get(request.bbox)
  if (known?.from === request.crs && known.definition === definition) return known.box
  const box = transformBounds(request.crs, info.crs, request.bbox)
  placed.set(request.bbox, { from: request.crs, definition, box })
  return box
}

/** rio-tiler's test: boxes that only touch do not overlap. A box without a place in the file's CRS may, and one around a pole. */
export function overlaps(info: Grid & { readonly crs: Crs }, request: Pick<PartRequest, 'bbox' | 'crs'>): boolean {
  const same = sameCrs(info.crs, request.crs)
  const [minX, minY, maxX, maxY] = ordered(gridBounds(info))
  const [x, y] = transformer(request.crs, info.crs).forward(request.bbox[0], request.bbox[1])
  // The box around all of the box's places holds this one.
  if (minX < x && x < maxX && minY < y && y < maxY) return true
  const box = same ? request.bbox : boxIn(info, request)
  if (!box.every(Number.isFinite)) return true
  if (!same && (holdsPole(request.crs, request.bbox, 90) || holdsPole(request.crs, request.bbox, -90))) return true
  return box[0] < maxX && box[2] > minX && box[1] < maxY && box[3] > minY
}

/** Level, chunks and source windows by the pixel model. undefined: the file does not touch the box. @throws ParameterError a band that is not there */
export function planPart(info: SourceInfo, asked: PartRequest): PartPlan | undefined {
  const plain = asked.window !== undefined || sameCrs(info.crs, asked.crs)
  const request = asked.indexed ? unmixed(asked, plain || (asked.padding ?? 0) > 0) : asked
  const output = request.bands ?? Array.from({ length: info.bandCount }, (_, i) => i).filter((i) => i !== info.alphaBand)
  for (const band of output) {
    if (!Number.isInteger(band) || band < 0 || band >= info.bandCount) {
      const parameter = request.expression ? 'expression' : 'bidx'
      throw new ParameterError(parameter, `${parameter}: the file has bands 1 to ${info.bandCount}, not ${band + 1}`, 400)
    }
  }
  const around = request.padding ? { ...request, ...grown(request, request.padding) } : request
  if (!request.window && !overlaps(info, around)) return undefined
  const nodata = request.nodata ?? info.nodata
  const steps = plain ? planPlain(info, request) : planWarp(info, request, output.length, nodata)
  const margin = steps.steps.kind === 'plain' ? steps.steps.margin : 0
  const { dtype, bandCount, alphaBand, hasMask } = info
  return {
    ...steps,
    bands: bandsToRead(info, output, nodata, steps.steps.kind),
    mask: hasMask && (steps.steps.kind === 'warp' || nodata === undefined || info.nodata === undefined),
    width: request.width + 2 * margin,
    height: request.height + 2 * margin,
    output,
    file: { dtype, bandCount, alphaBand, hasMask, nodata: info.nodata },
    nodata,
  }
}

/** Warped samples count as nodata only if all bands are, so nodata needs them all. */
function bandsToRead(
  info: SourceInfo,
  output: readonly number[],
  nodata: number | undefined,
  kind: 'warp' | 'plain',
): readonly number[] | undefined {
  if (kind === 'warp' && nodata !== undefined) return undefined
  const wanted = new Set(output)
  if (info.alphaBand !== undefined) wanted.add(info.alphaBand)
  return wanted.size === info.bandCount ? undefined : [...wanted].toSorted((a, b) => a - b)
}
