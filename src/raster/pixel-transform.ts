import { type Affine, apply, invert } from '../grid/affine.ts'
import type { Crs } from '../grid/crs.ts'
import { type Place, type Point, type Transformer, transformer } from '../grid/transformer.ts'

/** Pixels of the source level that a straight line may be off. GDAL's default. */
const MAX_ERROR = 0.125

/** Target pixel -> pixel of the source level: exactly, or row by row on straight lines that err by 0.125 pixel at most. */
export class PixelTransform {
  readonly #target: Affine
  readonly #toLevel: Affine
  readonly #transformer: Transformer
  /** Target pixels of the poles, where the source is geographic and they have a place. */
  readonly #poles: readonly Point[]

  /** `target`: pixel -> target CRS; `level`: pixel of the source level -> source CRS. */
  constructor(target: Affine, targetCrs: Crs, level: Affine, sourceCrs: Crs) {
    this.#target = target
    this.#toLevel = invert(level)
    this.#transformer = transformer(targetCrs, sourceCrs)
    this.#poles = sourceCrs.geographic && !targetCrs.geographic ? this.#polePixels() : []
  }

  #polePixels(): Point[] {
    const toPixel = invert(this.#target)
    return [90, -90].map((latitude) => {
      const [x, y] = this.#transformer.inverse(0, latitude)
      return apply(toPixel, x, y)
    })
  }

  /** Whether a pole lies inside a rectangle of target pixels: then its edges do not show the extent of the source. */
  hasPole(x: number, y: number, width: number, height: number): boolean {
    return this.#poles.some(([px, py]) => px >= x && py >= y && px <= x + width && py <= y + height)
  }

  /** NaN or infinite where the CRS has no answer. */
  exact(column: number, row: number): Point {
    const place = { x: column, y: row }
    this.move(place)
    return [place.x, place.y]
  }

  /** As {@link exact}, of a place that is in target pixels, and then in pixels of the level. */
  move(place: Place): void {
    const t = this.#target
    const { x: column, y: row } = place
    place.x = t[0] * column + t[1] * row + t[2]
    place.y = t[3] * column + t[4] * row + t[5]
    this.#transformer.moveForward(place)
    const l = this.#toLevel
    const { x, y } = place
    place.x = l[0] * x + l[1] * y + l[2]
    place.y = l[3] * x + l[4] * y + l[5]
  }

  /** Writes the places of `n` points (x + i, y), i = 0..n-1, to `px` and `py`. */
  row(x: number, y: number, n: number, px: Float64Array, py: Float64Array): void {
    if (n > 5) {
      const middle = (n - 1) >> 1
      const a = this.exact(x, y)
      const m = this.exact(x + middle, y)
      const b = this.exact(x + n - 1, y)
      if (Number.isFinite(a[0] + a[1] + m[0] + m[1] + b[0] + b[1])) {
        this.#fill(x, y, 0, n, a, m, b, px, py)
        return
      }
    }
    this.#exactRow(x, y, 0, n, px, py)
  }

  #exactRow(x: number, y: number, from: number, n: number, px: Float64Array, py: Float64Array): void {
    const place = { x: 0, y: 0 }
    for (let i = from; i < from + n; i++) {
      place.x = x + i
      place.y = y
      this.move(place)
      px[i] = place.x
      py[i] = place.y
    }
  }

  #fill(x: number, y: number, from: number, n: number, a: Point, m: Point, b: Point, px: Float64Array, py: Float64Array): void {
    const middle = (n - 1) >> 1
    const kx = (b[0] - a[0]) / (n - 1)
    const ky = (b[1] - a[1]) / (n - 1)
    const error = Math.abs(a[0] + kx * middle - m[0]) + Math.abs(a[1] + ky * middle - m[1])
    if (!(error > MAX_ERROR)) {
      const ax = a[0]
      const ay = a[1]
      for (let i = 0; i < n; i++) {
        px[from + i] = ax + kx * i
        py[from + i] = ay + ky * i
      }
      return
    }
    // The halves are [0, middle) and [middle, n): the first one ends at middle - 1, as in GDAL.
    this.#half(x, y, from, middle, a, this.exact(x + from + middle - 1, y), px, py)
    this.#half(x, y, from + middle, n - middle, m, b, px, py)
  }

  #half(x: number, y: number, from: number, n: number, a: Point, b: Point, px: Float64Array, py: Float64Array): void {
    if (n <= 5) this.#exactRow(x, y, from, n, px, py)
    else this.#fill(x, y, from, n, a, this.exact(x + from + ((n - 1) >> 1), y), b, px, py)
  }
}
