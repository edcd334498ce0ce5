/** x = a*col + b*row + c;  y = d*col + e*row + f.  (0, 0) is the outer CORNER of the first pixel. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

export function apply(t: Affine, col: number, row: number): [x: number, y: number] {
  return [t[0] * col + t[1] * row + t[2], t[3] * col + t[4] * row + t[5]]
}
