import type { PartPlan, WarpedPart } from './part-plan.ts'
import { bytesPerSample, type Samples } from './raster.ts'

type Planes = Pick<WarpedPart, 'bands' | 'masks' | 'alpha'>

/** Arrays begin at multiples of it, whatever their type. */
const ALIGNMENT = 8
const WIDEST = 8

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

/** Bytes that hold the arrays of a part of this plan, or a little more. */
export function partBytes({ width, height, output, file, values }: PartPlan): number {
  const bands = values?.expression?.outputs.length ?? output.length
  const sample = values ? WIDEST : bytesPerSample(file.dtype)
  const mask = 1
  const pixels = width * height
  return (
    bands * (aligned(pixels * sample) + aligned(pixels * mask)) + (file.alphaBand === undefined ? 0 : aligned(pixels * sample))
  )
}

/** Bytes that hold the arrays of a part, each once. */
export function planesBytes({ bands, masks, alpha }: Planes): number {
  let bytes = 0
  for (const plane of new Set<Samples | undefined>([...bands, ...masks, alpha])) bytes += aligned(plane?.byteLength ?? 0)
  return bytes
}

/** The same part with its arrays in `memory`, as long as that is left alone. undefined: they do not fit. What is shared stays so. */
export function placedIn<P extends Planes>(memory: Uint8Array, part: P): P | undefined {
  if (planesBytes(part) > memory.length) return undefined
  const places = new Map<Samples, Samples>()
  let at = memory.byteOffset
  const place = <S extends Samples>(plane: S): S => {
    const known = places.get(plane)
    if (known) return known as S
    const View = plane.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => S
    const copy = new View(memory.buffer, at, plane.length)
    copy.set(plane)
    places.set(plane, copy)
    at += aligned(plane.byteLength)
    return copy
  }
  return { ...part, bands: part.bands.map(place), masks: part.masks.map(place), alpha: part.alpha && place(part.alpha) }
}
