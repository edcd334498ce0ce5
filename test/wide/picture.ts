import sharp from 'sharp'

/** Mean number of different colours (RGB, 4 bits each) in each cell of a grid over a PNG, row by row. One colour: a blank cell. */
export async function coloursByCell(png: Uint8Array, columns: number, rows: number): Promise<number[]> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return Array.from({ length: rows * columns }, (_, cell) => {
    const left = Math.floor(((cell % columns) * info.width) / columns)
    const right = Math.floor((((cell % columns) + 1) * info.width) / columns)
    const top = Math.floor((Math.floor(cell / columns) * info.height) / rows)
    const bottom = Math.floor(((Math.floor(cell / columns) + 1) * info.height) / rows)
    const colours = new Set<number>()
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        const at = (y * info.width + x) * info.channels
        colours.add(((data[at] >> 4) << 8) | ((data[at + 1] >> 4) << 4) | (data[at + 2] >> 4))
      }
    return colours.size
  })
}

/** Share of pixels (0 to 1) that are not within 6 levels of the colour `background`. */
export async function shareOfPicture(png: Uint8Array, background: readonly [number, number, number]): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  let shown = 0
  for (let at = 0; at < data.length; at += info.channels)
    if (background.some((level, channel) => Math.abs(data[at + channel] - level) > 6)) shown++
  return shown / (info.width * info.height)
}

/** A picture of any format as RGBA, row by row. Path or bytes. */
export async function decoded(picture: Uint8Array | string): Promise<{ width: number; height: number; data: Uint8Array }> {
  const { data, info } = await sharp(picture).toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}
