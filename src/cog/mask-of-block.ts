import type { Block } from './cog.ts'

/** The mask of one block, cut from mask blocks of another size. What no mask block covers is valid. */
export function maskOfBlock({ x, y, width, height }: Block, masks: readonly Block[]): Uint8Array {
  const same = masks.find((mask) => mask.x === x && mask.y === y && mask.width === width && mask.height === height)
  if (same) return same.bands[0] as Uint8Array
  const out = new Uint8Array(width * height).fill(255)
  for (const mask of masks) {
    const left = Math.max(x, mask.x)
    const right = Math.min(x + width, mask.x + mask.width)
    if (right <= left) continue
    const samples = mask.bands[0] as Uint8Array
    const bottom = Math.min(y + height, mask.y + mask.height)
    for (let row = Math.max(y, mask.y); row < bottom; row++) {
      const from = (row - mask.y) * mask.width - mask.x
      out.set(samples.subarray(from + left, from + right), (row - y) * width + left - x)
    }
  }
  return out
}
