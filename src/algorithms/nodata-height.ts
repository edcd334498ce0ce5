import type { Parameter } from './algorithm.ts'

/** Height that is written where there is no data, so that those pixels are valid; unset: they stay masked. */
export const NODATA_HEIGHT = { type: 'number', minimum: -99_999, maximum: 99_999 } as const satisfies Parameter

export function withHeight(mask: Uint8Array, nodataHeight: number | undefined): Uint8Array {
  return nodataHeight == null ? mask : new Uint8Array(mask.length).fill(255)
}
