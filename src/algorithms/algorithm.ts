import { ParameterError } from '../errors.ts'
import type { DataType, Raster } from '../raster/raster.ts'

/** A number that a caller may set through `algorithm_params`. */
export interface Parameter {
  readonly type: 'integer' | 'number'
  readonly minimum: number
  readonly maximum: number
  /** undefined: unset, and may be null. */
  readonly default?: number
  readonly description?: string
}

export type Parameters = Readonly<Record<string, Parameter>>

/** Checked values; what has no default may be undefined. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends { readonly default: number } ? number : number | undefined
}

/** What is done to the composed values of a picture, before they are rescaled and coloured. Pure: the raster stays as it is. */
export interface Algorithm<P extends Parameters = Parameters> {
  readonly title: string
  readonly description: string
  /** Bands that it needs; undefined: any number. */
  readonly inputBands?: number
  /** undefined: as many as it gets. */
  readonly outputBands?: number
  /** Of the bands of the result; undefined: they are still the file's. */
  readonly bandDescriptions?: readonly string[]
  /** undefined: that of the input. */
  readonly outputType?: DataType
  /** Least and greatest value of each band of the result, where they are fixed. */
  readonly outputRange?: readonly [min: number, max: number]
  readonly parameters: P
  /** @throws {ParameterError} 400, bands or sizes that it cannot work on */
  run(raster: Raster, values: Values<P>): Raster
}

/** Keeps the types of the parameters together with those of `run`. */
export function algorithm<const P extends Parameters>(definition: Algorithm<P>): Algorithm<P> {
  return definition
}

/** The result's bands in place of the input's. One mask serves all bands. */
export function madeOf(raster: Raster, dtype: DataType, bands: Raster['bands'], mask: Uint8Array): Raster {
  return { ...gridOf(raster), dtype, bands, masks: bands.map(() => mask) }
}

/** What new values keep of the raster that they were made of: their place. */
export function gridOf({ width, height, transform, crs }: Raster): Pick<Raster, 'width' | 'height' | 'transform' | 'crs'> {
  return { width, height, transform, crs }
}

/** @throws {ParameterError} 400, fewer bands than that */
export function needBands(name: string, { bands }: Raster, count: number): void {
  if (bands.length < count)
    throw new ParameterError(
      'algorithm',
      `${name} needs ${count} bands, and these are ${bands.length}: choose them with bidx`,
      400,
    )
}
