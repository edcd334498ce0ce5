/** 0..255 each; alpha 255 is opaque. */
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

/**
 * From values to colours. Plain data.
 * `named`: one of {@link COLORMAP_NAMES}. `values`: a value has its colour, all others are transparent; with all of 0..255 it is a table,
 * and values wrap to 8 bits. `intervals`: from `min` to before `max`, the later entry wins.
 */
export type Colormap =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'values'; readonly entries: readonly (readonly [value: number, color: Rgba])[] }
  | { readonly kind: 'intervals'; readonly entries: readonly (readonly [min: number, max: number, color: Rgba])[] }

/** Colours of the values 0..255, each packed as little-endian RGBA. */
export type ColorTable = Uint32Array

export function pack([red, green, blue, alpha]: Rgba): number {
  return (red | (green << 8) | (blue << 16) | (alpha << 24)) >>> 0
}

export function unpackColor(color: number): Rgba {
  return [color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff, color >>> 24]
}
