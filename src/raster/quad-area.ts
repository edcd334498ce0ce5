/** Room for a quadrilateral that four edges have cut. */
const MOST = 16

/** How much of a cell of a grid lies under quadrilaterals of the plane: one at a time, no allocation. */
export class QuadArea {
  /** x and y of the corners, in order. */
  readonly corners = new Float64Array(8)
  #points = new Float64Array(MOST)
  #cut = new Float64Array(MOST)

  /** Of the whole quadrilateral. */
  whole(): number {
    return shoelace(this.corners, 4)
  }

  /** Of its part in the cell [column, column + 1) x [row, row + 1). */
  inCell(column: number, row: number): number {
    this.#points.set(this.corners)
    let n = this.#clip(4, 0, column, 1)
    n = this.#clip(n, 0, column + 1, -1)
    n = this.#clip(n, 1, row, 1)
    n = this.#clip(n, 1, row + 1, -1)
    return n < 3 ? 0 : shoelace(this.#points, n)
  }

  /** Sutherland and Hodgman: keeps what is on the upper (sign 1) or lower (-1) side of a line across an axis (0 x, 1 y). */
  #clip(n: number, axis: number, line: number, sign: number): number {
    const from = this.#points
    const to = this.#cut
    let count = 0
    for (let i = 0, last = n - 1; i < n; last = i++) {
      const before = (from[last * 2 + axis] - line) * sign
      const here = (from[i * 2 + axis] - line) * sign
      if (before >= 0 !== here >= 0) {
        const t = before / (before - here)
        to[count * 2] = from[last * 2] + t * (from[i * 2] - from[last * 2])
        to[count * 2 + 1] = from[last * 2 + 1] + t * (from[i * 2 + 1] - from[last * 2 + 1])
        count++
      }
      if (here >= 0) {
        to[count * 2] = from[i * 2]
        to[count * 2 + 1] = from[i * 2 + 1]
        count++
      }
    }
    this.#points = to
    this.#cut = from
    return count
  }
}

function shoelace(points: Float64Array, n: number): number {
  let twice = 0
  for (let i = 0, last = n - 1; i < n; last = i++)
    twice += points[last * 2] * points[i * 2 + 1] - points[i * 2] * points[last * 2 + 1]
  return Math.abs(twice) / 2
}
