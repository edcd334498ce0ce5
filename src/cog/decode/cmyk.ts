/** Ink to light, four samples a pixel: red, green, blue, and an alpha that is opaque, as libtiff and GDAL show CMYK. */
export function cmykToRgba(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length)
  for (let i = 0; i + 3 < bytes.length; i += 4) {
    const light = 255 - bytes[i + 3]
    for (let ink = 0; ink < 3; ink++) out[i + ink] = Math.floor((light * (255 - bytes[i + ink])) / 255)
    out[i + 3] = 255
  }
  return out
}
