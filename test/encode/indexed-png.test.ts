import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { indexedPicture } from '../../src/encode/indexed-picture.ts'
import { png, pngraw } from '../../src/encode/png.ts'
import type { Picture } from '../../src/render/picture.ts'

const WIDTH = 67
const HEIGHT = 41

/** A picture whose pixel i is `pixelOf(i)`. */
function pictureOf(channels: Picture['channels'], pixelOf: (i: number) => readonly number[]): Picture & { data: Uint8Array } {
  const data = new Uint8Array(WIDTH * HEIGHT * channels)
  for (let i = 0; i < WIDTH * HEIGHT; i++) data.set(pixelOf(i), i * channels)
  return { width: WIDTH, height: HEIGHT, channels, data }
}

/** No row is like the one above, and their difference is noise too. */
function noise(i: number): number {
  const mixed = Math.imul(i + 1, 0x9e3779b1)
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 20
}

async function rgbaOf(file: Uint8Array): Promise<Uint8Array> {
  return sharp(file).toColourspace('srgb').ensureAlpha().raw().toBuffer()
}

/** Byte 24 of the file is the bits a sample, byte 25 the colour type: 3 is a palette. */
function headOf(file: Uint8Array): [bits: number, colorType: number] {
  return [file[24], file[25]]
}

describe('PNG with a palette', () => {
  test.each([
    [2, 1],
    [4, 2],
    [16, 4],
    [256, 8],
  ])('%i colours take %i bits a pixel; every pixel is exact', async (count, bits) => {
    const picture = pictureOf(3, (i) => [noise(i) % count, 255 - (noise(i) % count), 9])
    const file = await png.encode(picture)
    expect(headOf(file)).toEqual([bits, 3])
    expect(await rgbaOf(file)).toEqual(await rgbaOf(await pngraw.encode(picture)))
    expect(file.length).toBeLessThan((await pngraw.encode(picture)).length)
  })

  test('half transparent colours keep their alpha; what is wholly transparent loses its colour only', async () => {
    const picture = pictureOf(4, (i) => [i % 3, 5, 6, [0, 128, 255][i % 3]])
    const rgba = await rgbaOf(await png.encode(picture))
    expect([...rgba.subarray(0, 12)]).toEqual([0, 0, 0, 0, 1, 5, 6, 128, 2, 5, 6, 255])
  })

  test('grey values are their own indices, and transparent pixels take one that is free', async () => {
    const picture = pictureOf(2, (i) => [10 + (i % 100), i % 2 === 0 ? 255 : 0])
    const indexed = indexedPicture(picture)
    expect([...(indexed?.indices.subarray(0, 4) ?? [])]).toEqual([10, 0, 12, 0])
    const file = await png.encode(picture)
    const grey = await sharp(file).extractChannel('red').raw().toBuffer()
    const alpha = await sharp(file).extractChannel('alpha').raw().toBuffer()
    expect([grey[0], grey[2], alpha[0], alpha[1]]).toEqual([10, 12, 255, 0])
  })
})

describe('pictures that stay as they are', () => {
  test.each([
    ['grey alone', pictureOf(1, (i) => [i % 7])],
    ['257 colours', pictureOf(3, (i) => [(i % 257) & 255, (i % 257) >> 8, 0])],
    ['grey with half transparent pixels', pictureOf(2, (i) => [i % 7, i % 256])],
    ['all grey values and transparent ones', pictureOf(2, (i) => [i % 256, i < 256 ? 255 : 0])],
    ['16 bits', { ...pictureOf(3, () => [0, 0, 0]), data: new Uint16Array(WIDTH * HEIGHT * 3) }],
    ['few pixels for many colours', { width: 16, height: 16, channels: 3, data: Uint8Array.from({ length: 768 }, (_, i) => i) }],
  ] as const)('%s', (_, picture) => {
    expect(indexedPicture(picture)).toBeUndefined()
  })

  test('pngraw never has a palette: programs read its samples', async () => {
    expect(headOf(await pngraw.encode(pictureOf(3, () => [1, 2, 3])))).toEqual([8, 2])
  })
})
