/** Quadkey of a tile: one digit 0..3 a zoom level, '' at zoom 0. z at most 30. */
export function quadkey(x: number, y: number, z: number): string {
  let key = ''
  for (let i = z - 1; i >= 0; i--) key += String(((x >> i) & 1) + 2 * ((y >> i) & 1))
  return key
}

/** The tile of a quadkey; undefined when it holds anything but the digits 0..3, or more than 30. */
export function quadkeyToTile(key: string): { x: number; y: number; z: number } | undefined {
  if (!/^[0-3]{0,30}$/.test(key)) return undefined
  let x = 0
  let y = 0
  for (const digit of key) {
    x = x * 2 + (Number(digit) & 1)
    y = y * 2 + (Number(digit) >> 1)
  }
  return { x, y, z: key.length }
}
