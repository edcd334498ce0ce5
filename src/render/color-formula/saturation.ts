import type { Samples } from '../../raster/raster.ts'

const DELTA = 6 / 29
const CUBE = DELTA ** 3
const SLOPE = 1 / (3 * DELTA * DELTA)
const INTERCEPT = 4 / 29
/** White of D65. */
const XN = 0.95047
const ZN = 1.08883

/**
 * Chroma times `proportion`, lightness and hue as they are, in CIE LCh: sRGB -> XYZ -> Lab -> back, clipped, truncated to uint8. Scaling a
 * and b is scaling the chroma. `max` is the greatest value of the samples' type; negative samples are 0.
 */
export function saturate(rgb: readonly Samples[], max: number, proportion: number): Uint8Array[] {
  const [red, green, blue] = rgb
  const out = [new Uint8Array(red.length), new Uint8Array(red.length), new Uint8Array(red.length)]
  const [outRed, outGreen, outBlue] = out
  const linear = linearTable(max)
  for (let i = 0; i < red.length; i++) {
    const r = linear(red[i])
    const g = linear(green[i])
    const b = linear(blue[i])
    const fx = toLab((r * 0.4124564 + g * 0.3575761 + b * 0.1804375) / XN)
    const fy = toLab(r * 0.2126729 + g * 0.7151522 + b * 0.072175)
    const fz = toLab((r * 0.0193339 + g * 0.119192 + b * 0.9503041) / ZN)
    const x = fromLab(fy + (fx - fy) * proportion) * XN
    const y = fromLab(fy)
    const z = fromLab(fy - (fy - fz) * proportion) * ZN
    outRed[i] = toByte(x * 3.2404542 + y * -1.5371385 + z * -0.4985314)
    outGreen[i] = toByte(x * -0.969266 + y * 1.8760108 + z * 0.041556)
    outBlue[i] = toByte(x * 0.0556434 + y * -0.2040259 + z * 1.0572252)
  }
  return out
}

/** sRGB to linear light; by table for 8 bits, the usual case. */
function linearTable(max: number): (sample: number) => number {
  const linear = (sample: number) => {
    const v = Math.max(sample, 0) / max
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }
  if (max > 255) return linear
  const table = Float64Array.from({ length: max + 1 }, (_, sample) => linear(sample))
  return (sample) => (sample > 0 ? table[sample] : 0)
}

function toLab(v: number): number {
  return v > CUBE ? Math.cbrt(v) : SLOPE * v + INTERCEPT
}

function fromLab(f: number): number {
  return f > DELTA ? f * f * f : (f - INTERCEPT) / SLOPE
}

function toByte(linear: number): number {
  const v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
  return Math.trunc(Math.min(1, Math.max(0, v)) * 255)
}
