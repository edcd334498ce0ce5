import { ParameterError } from '../errors.ts'
import { createCount } from './count.ts'
import { createFirst } from './first.ts'
import { createHighest } from './highest.ts'
import { createLastBandHigh, createLastBandLow } from './last-band.ts'
import { createLowest } from './lowest.ts'
import { createMean } from './mean.ts'
import { createMedian } from './median.ts'
import type { Selection } from './selection.ts'
import { createStdev } from './stdev.ts'

/** Pixel selections by the name of `pixel_selection`; a new one is a file beside this one and a line here. */
export const selections = {
  first: createFirst,
  highest: createHighest,
  lowest: createLowest,
  mean: createMean,
  median: createMedian,
  stdev: createStdev,
  lastbandlow: createLastBandLow,
  lastbandhigh: createLastBandHigh,
  count: createCount,
} as const satisfies Record<string, () => Selection>

export type SelectionName = keyof typeof selections

/** @throws {ParameterError} a name that is not in the registry */
export function createSelection(name: string): Selection {
  if (!Object.hasOwn(selections, name))
    throw new ParameterError(
      'pixel_selection',
      `pixel_selection: must be one of ${Object.keys(selections).join(', ')}, not ${JSON.stringify(name)}`,
    )
  return selections[name as SelectionName]()
}
