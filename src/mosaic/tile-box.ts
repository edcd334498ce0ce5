/** Tiles of one zoom: columns and rows, both ends included. */
export interface TileBox {
  readonly minCol: number
  readonly minRow: number
  readonly maxCol: number
  readonly maxRow: number
}
