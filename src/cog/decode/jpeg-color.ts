/** What chroma adds to luma, by its sample; green's in 65536ths. As IJG's libjpeg has it, which GDAL has in rasterio's wheels. */
const RED = table((value) => Math.floor(1.402 * value + 0.5))
const BLUE = table((value) => Math.floor(1.772 * value + 0.5))
const GREEN_OF_BLUE = table((value) => Math.round(-0.344136286 * 65_536) * value + 32_768)
const GREEN_OF_RED = table((value) => Math.round(-0.714136286 * 65_536) * value)

function table(of: (value: number) => number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, sample) => of(sample - 128))
}

/** A rectangle of samples: `width` in each of `height` rows, from `at` on, in rows of `stride`. */
export interface Area {
  readonly at: number
  readonly stride: number
  readonly width: number
  readonly height: number
}

/** Writes red, green and blue of luma and chroma, which are in rows of `side`, to an area of three planes. */
export function colorArea(
  light: Uint8ClampedArray,
  chroma: readonly Uint8ClampedArray[],
  side: number,
  planes: readonly Uint8ClampedArray[],
  { at, stride, width, height }: Area,
): void {
  const [blue, red] = chroma
  const [first, second, third] = planes
  for (let y = 0; y < height; y++) {
    for (let from = y * side, end = from + width, to = at + y * stride; from < end; from++, to++) {
      const l = light[from]
      const b = blue[from]
      const r = red[from]
      first[to] = l + RED[r]
      second[to] = l + ((GREEN_OF_BLUE[b] + GREEN_OF_RED[r]) >> 16)
      third[to] = l + BLUE[b]
    }
  }
}

/** As {@link colorArea} where all of the area has the same chroma. */
export function tintArea(
  light: Uint8ClampedArray,
  [blue, red]: readonly number[],
  side: number,
  [first, second, third]: readonly Uint8ClampedArray[],
  { at, stride, width, height }: Area,
): void {
  const r = RED[red]
  const g = (GREEN_OF_BLUE[blue] + GREEN_OF_RED[red]) >> 16
  const b = BLUE[blue]
  for (let y = 0; y < height; y++) {
    for (let from = y * side, end = from + width, to = at + y * stride; from < end; from++, to++) {
      const l = light[from]
      first[to] = l + r
      second[to] = l + g
      third[to] = l + b
    }
  }
}
