import type { Samples } from './raster.ts'

interface Planes {
  readonly width: number
  readonly height: number
  readonly bands: readonly Samples[]
  readonly masks: readonly Uint8Array[]
  readonly alpha?: Samples
}

/** What is left when `margin` pixels are cut from each side. Arrays that are shared stay shared. The sizes must be above twice the margin. */
export function cropped<P extends Planes>(part: P, margin: number): P {
  const width = part.width - 2 * margin
  const height = part.height - 2 * margin
  const made = new Map<Samples, Samples>()
  const cut = <S extends Samples>(plane: S): S => {
    const known = made.get(plane)
    if (known) return known as S
    const out = plane.slice(0, width * height) as S
    for (let row = 0; row < height; row++) {
      const at = (row + margin) * part.width + margin
      out.set(plane.subarray(at, at + width), row * width)
    }
    made.set(plane, out)
    return out
  }
  return { ...part, width, height, bands: part.bands.map(cut), masks: part.masks.map(cut), alpha: part.alpha && cut(part.alpha) }
}
