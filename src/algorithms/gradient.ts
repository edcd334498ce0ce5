import { ParameterError } from '../errors.ts'
import type { Raster } from '../raster/raster.ts'

/** Change of a band's values a pixel, by central differences, at the edges to the only neighbour: numpy's gradient. */
export interface Gradient {
  /** Down the rows. */
  readonly rows: Float64Array
  /** Along the columns. */
  readonly columns: Float64Array
  /** 255 where all neighbours that were used are valid. */
  readonly mask: Uint8Array
}

/** Of the first band. @throws {ParameterError} 400, fewer than 2 x 2 pixels */
export function gradient({ width, height, bands: [band], masks: [valid] }: Raster): Gradient {
  if (width < 2 || height < 2) throw new ParameterError('algorithm', 'needs at least 2 x 2 pixels', 400)
  const rows = new Float64Array(width * height)
  const columns = new Float64Array(width * height)
  const mask = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const up = y === 0 ? 0 : -width
    const down = y === height - 1 ? 0 : width
    const dy = up === 0 || down === 0 ? 1 : 2
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const left = x === 0 ? i : i - 1
      const right = x === width - 1 ? i : i + 1
      rows[i] = (band[i + down] - band[i + up]) / dy
      columns[i] = (band[right] - band[left]) / (right - left)
      mask[i] = valid[i + up] && valid[i + down] && valid[left] && valid[right] ? 255 : 0
    }
  }
  return { rows, columns, mask }
}

export const Z_EXAGGERATION = { type: 'number', minimum: 1e-6, maximum: 1e6, default: 1 } as const
