/** x = a*col + b*row + c;  y = d*col + e*row + f.  (0, 0) is the outer CORNER of the first pixel. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

export function apply(t: Affine, col: number, row: number): [x: number, y: number] {
  return [t[0] * col + t[1] * row + t[2], t[3] * col + t[4] * row + t[5]]
}

/** Pixel (column, row) as a function of coordinates. */
export function invert(t: Affine): Affine {
  const [a, b, c, d, e, f] = t
  if (b === 0 && d === 0) return [1 / a, 0, -c / a, 0, 1 / e, -f / e]
  const i = 1 / (a * e - b * d)
  return [e * i, -b * i, (b * f - c * e) * i, -d * i, a * i, (-a * f + c * d) * i]
}

/** North-up grid of width x height pixels over a bbox. */
export function fromBounds(minX: number, minY: number, maxX: number, maxY: number, width: number, height: number): Affine {
  return [(maxX - minX) / width, 0, minX, 0, -(maxY - minY) / height, maxY]
}

/** The same place with pixels that are `sx` by `sy` times as large. */
export function scaled(t: Affine, sx: number, sy: number): Affine {
  return [t[0] * sx, t[1] * sx, t[2], t[3] * sy, t[4] * sy, t[5]]
}
