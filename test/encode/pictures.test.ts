import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { encoders } from '../../src/encode/registry.ts'
import type { Picture } from '../../src/render/picture.ts'

const width = 64
const height = 48

/** Slow slopes, so that lossy formats have a fair task; alpha is opaque on the left half, transparent on the right. */
function pictureOf(channels: Picture['channels'], depth: 8 | 16): Picture {
  const top = depth === 16 ? 65535 : 255
  const data = new (depth === 16 ? Uint16Array : Uint8Array)(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const isAlpha = channels % 2 === 0 && c === channels - 1
        const value = ((x * (c + 1)) / (width * 6) + y / (height * 2)) * top
        data[(y * width + x) * channels + c] = isAlpha ? (x < width / 2 ? top : 0) : value
      }
    }
  }
  return { width, height, channels, data }
}

/** As RGB or RGBA, whatever the file held. */
async function decode(bytes: Uint8Array): Promise<{ samples: Uint8Array; channels: number }> {
  const { data, info } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { samples: data, channels: info.channels }
}

/** Peak signal to noise ratio of the colours where the picture is opaque, dB. */
async function psnr(bytes: Uint8Array, { data, channels }: Picture): Promise<number> {
  const decoded = await decode(bytes)
  const colours = channels <= 2 ? 1 : 3
  let sum = 0
  let count = 0
  for (let i = 0; i < width * height; i++) {
    if (channels % 2 === 0 && data[i * channels + channels - 1] === 0) continue
    for (let c = 0; c < 3; c++) {
      const wanted = data[i * channels + (colours === 1 ? 0 : c)]
      sum += (decoded.samples[i * decoded.channels + c] - wanted) ** 2
      count++
    }
  }
  return 10 * Math.log10(255 ** 2 / (sum / count))
}

describe('png', () => {
  it.each([1, 2, 3, 4] as const)('holds %i channels of 8 bits exactly, as many as there are', async (channels) => {
    const picture = pictureOf(channels, 8)
    const bytes = await encoders.pngraw.encode(picture)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', channels, depth: 'uchar', width, height })
    const decoded = await decode(bytes)
    const wanted = channels <= 2 ? grey(picture) : [...picture.data]
    expect([...decoded.samples]).toEqual(wanted)
  })

  it.each([1, 2, 3, 4] as const)('holds %i channels of 16 bits exactly', async (channels) => {
    const picture = pictureOf(channels, 16)
    const bytes = await encoders.pngraw.encode(picture)
    expect(await sharp(bytes).metadata()).toMatchObject({ channels, depth: 'ushort' })
    const space = channels <= 2 ? 'grey16' : 'rgb16'
    const { buffer, byteOffset, length } = await sharp(bytes).toColourspace(space).raw({ depth: 'ushort' }).toBuffer()
    expect([...new Uint16Array(buffer, byteOffset, length / 2)]).toEqual([...picture.data])
  })
})

/** What grey looks like as RGB(A). */
function grey({ data, channels }: Picture): number[] {
  return Array.from({ length: width * height }, (_, i) => {
    const value = data[i * channels]
    return channels === 1 ? [value, value, value] : [value, value, value, data[i * channels + 1]]
  }).flat()
}

describe('jpeg', () => {
  // Measured: 54 dB grey, 48 dB RGB.
  it.each([1, 3] as const)('is close, 45 dB, with %i channels', async (channels) => {
    const picture = pictureOf(channels, 8)
    const bytes = await encoders.jpeg.encode(picture)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', channels, isProgressive: false })
    expect(await psnr(bytes, picture)).toBeGreaterThan(45)
  })
})

// Measured: 40 to 43 dB.
describe('webp', () => {
  it.each([1, 2, 3, 4] as const)(
    'is close, 38 dB where it is opaque, and has an exact alpha channel, with %i channels',
    async (channels) => {
      const picture = pictureOf(channels, 8)
      const bytes = await encoders.webp.encode(picture)
      const hasAlpha = channels % 2 === 0
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', channels: hasAlpha ? 4 : 3, hasAlpha })
      expect(await psnr(bytes, picture)).toBeGreaterThan(38)
      if (!hasAlpha) return
      const { samples } = await decode(bytes)
      for (let i = 0; i < width * height; i++) expect(samples[i * 4 + 3]).toBe(picture.data[i * channels + channels - 1])
    },
  )
})

// Measured: 43 to 46 dB.
describe('avif', () => {
  it.each([1, 2, 3, 4] as const)('is close, 35 dB where it is opaque, with %i channels', async (channels) => {
    const picture = pictureOf(channels, 8)
    const bytes = await encoders.avif.encode(picture)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'heif', compression: 'av1', hasAlpha: channels % 2 === 0 })
    expect(await psnr(bytes, picture)).toBeGreaterThan(35)
  })
})

it('media types are those that titiler names, jpeg by its registered name', () => {
  expect(Object.fromEntries(Object.entries(encoders).map(([name, { mediaType }]) => [name, mediaType]))).toEqual({
    png: 'image/png',
    pngraw: 'image/png',
    jpeg: 'image/jpeg',
    jpg: 'image/jpeg',
    webp: 'image/webp',
    avif: 'image/avif',
    tif: 'image/tiff; application=geotiff',
    tiff: 'image/tiff; application=geotiff',
    npy: 'application/x-binary',
  })
})

const noise = (x: number, y: number) => Math.imul(Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b), 0xc2b2ae35) >>> 28

describe('packing of png', () => {
  const size = 256
  const pictureWhere = (at: (x: number, y: number, c: number) => number): Picture => {
    const data = new Uint8Array(size * size * 3)
    for (let i = 0; i < data.length; i++) data[i] = at(Math.floor(i / 3) % size, Math.floor(i / 3 / size), i % 3)
    return { width: size, height: size, channels: 3, data }
  }
  // libpng with the best filter for each row.
  it.each([
    ['repeats', pictureWhere((x, y, c) => ((x * 7 + c) % 50) + ((y >> 4) % 3) * 60 + noise(x % 40, y % 40))],
    ['noise on a slope', pictureWhere((x, y, c) => ((x + 2 * y) >> 3) + c * 9 + noise(x + c, y))],
  ])('is at most 1.15 times what libpng packs with all filters: %s', async (_, picture) => {
    const { data, channels } = picture
    const peer = await sharp(data, { raw: { width: size, height: size, channels } })
      .png({ compressionLevel: 2, adaptiveFiltering: true })
      .toBuffer()
    expect((await encoders.pngraw.encode(picture)).length).toBeLessThan(1.15 * peer.length)
  })
})
