import { raw } from './kernels/nearest.ts'
import type { PartPlan } from './part-plan.ts'
import { type DataType, type Samples, TYPE_RANGE, isFloat, samplesOf } from './raster.ts'

/** The alpha that counts as opaque: the type's maximum; of an alpha band that was added 255 for types without a usual one. */
export function opaque(dtype: DataType, added: boolean): number {
  if (!added) return TYPE_RANGE[dtype][1]
  return dtype === 'uint16' ? 65535 : dtype === 'int16' ? 32767 : dtype === 'int8' ? 127 : 255
}

/** Validity of the finished samples, one array a band: nodata band by band; else the file's alpha; else `written` for all. */
export function partMasks(
  plan: PartPlan,
  bands: readonly Samples[],
  alpha: Samples | undefined,
  written: Uint8Array,
): readonly Uint8Array[] {
  const { nodata, file } = plan
  if (nodata !== undefined) {
    const made = new Map<Samples, Uint8Array>()
    // Bands that are valid everywhere have one mask.
    let full: Uint8Array | undefined
    return bands.map((band) => {
      const mask = made.get(band) ?? maskOfNodata(band, nodata, file.dtype) ?? (full ??= new Uint8Array(band.length).fill(255))
      made.set(band, mask)
      return mask
    })
  }
  const mask = alpha ? maskWhere(alpha, opaque(file.dtype, false)) : written
  return bands.map(() => mask)
}

function maskWhere(samples: Samples, value: number): Uint8Array {
  const mask = new Uint8Array(samples.length)
  for (let i = 0; i < mask.length; i++) if (samples[i] === value) mask[i] = 255
  return mask
}

/** 255 where a sample is not nodata; an integer type cannot hold every nodata. undefined: that is everywhere. */
function maskOfNodata(samples: Samples, nodata: number, dtype: DataType): Uint8Array | undefined {
  const [min, max] = TYPE_RANGE[dtype]
  if (isFloat(dtype)) return maskOfFloats(samples, dtype === 'float32' ? Math.fround(nodata) : nodata)
  if (!Number.isInteger(nodata) || nodata < min || nodata > max) return undefined
  return maskOfBits(raw(samples), raw(samplesOf(dtype, 1).fill(nodata))[0])
}

/** Integers by their bits: three types of array instead of six. What has none is left to the engine's own search. */
function maskOfBits(samples: Samples, bits: number): Uint8Array | undefined {
  if (samples.indexOf(bits) < 0) return undefined
  const mask = new Uint8Array(samples.length)
  if (samples instanceof Uint8Array) markBytes(samples, bits, mask)
  else for (let i = 0; i < mask.length; i++) mask[i] = samples[i] === bits ? 0 : 255
  return mask
}

function markBytes(samples: Uint8Array, bits: number, mask: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i] = samples[i] === bits ? 0 : 255
}

function maskOfFloats(samples: Samples, nodata: number): Uint8Array | undefined {
  if (!samples.includes(nodata)) return undefined
  const mask = new Uint8Array(samples.length)
  if (Number.isNaN(nodata)) for (let i = 0; i < mask.length; i++) mask[i] = samples[i] !== samples[i] ? 0 : 255
  else for (let i = 0; i < mask.length; i++) mask[i] = samples[i] === nodata ? 0 : 255
  return mask
}
