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
    return bands.map((band) => {
      const mask = made.get(band) ?? maskOfNodata(band, nodata, file.dtype)
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

/** 255 where a sample is not nodata; an integer type cannot hold every nodata. */
export function maskOfNodata(samples: Samples, nodata: number, dtype: DataType): Uint8Array {
  const mask = new Uint8Array(samples.length).fill(255)
  const [min, max] = TYPE_RANGE[dtype]
  if (isFloat(dtype)) clearFloats(samples, dtype === 'float32' ? Math.fround(nodata) : nodata, mask)
  else if (Number.isInteger(nodata) && nodata >= min && nodata <= max) {
    clearBits(raw(samples), raw(samplesOf(dtype, 1).fill(nodata))[0], mask)
  }
  return mask
}

/** Integers by their bits: three types of array instead of six. What has none is left to the engine's own search. */
function clearBits(samples: Samples, bits: number, mask: Uint8Array): void {
  if (samples.indexOf(bits) < 0) return
  if (samples instanceof Uint8Array) clearBytes(samples, bits, mask)
  else for (let i = 0; i < mask.length; i++) mask[i] = samples[i] === bits ? 0 : 255
}

function clearBytes(samples: Uint8Array, bits: number, mask: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i] = samples[i] === bits ? 0 : 255
}

function clearFloats(samples: Samples, nodata: number, mask: Uint8Array): void {
  if (Number.isNaN(nodata)) {
    for (let i = 0; i < mask.length; i++) if (samples[i] !== samples[i]) mask[i] = 0
  } else if (samples.includes(nodata)) {
    for (let i = 0; i < mask.length; i++) if (samples[i] === nodata) mask[i] = 0
  }
}
