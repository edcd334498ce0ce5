/** An array of a picture: its bands, and the mask that is its last one. */
export interface NpyPicture {
  readonly width: number
  readonly height: number
  /** Samples by band; null where the mask says that there is no data. */
  readonly bands: readonly (readonly (number | null)[])[]
}

const READERS: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  '|u1': (view, at) => view.getUint8(at),
  '<u2': (view, at) => view.getUint16(at * 2, true),
  '<i2': (view, at) => view.getInt16(at * 2, true),
  '<i4': (view, at) => view.getInt32(at * 4, true),
  '<f8': (view, at) => view.getFloat64(at * 8, true),
  '<f4': (view, at) => view.getFloat32(at * 4, true),
}

/** Reads an NPY answer of the server. The mask's least value is no data. */
export function readNpy(bytes: Buffer): NpyPicture {
  const length = bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, 10 + length)
  const type = /'descr': '([^']+)'/.exec(header)?.[1] ?? ''
  const [count, height, width] = (/\((\d+), (\d+), (\d+)\)/.exec(header) ?? []).slice(1).map(Number)
  const read = READERS[type]
  if (!read) throw new Error(`no reader for ${type}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset + 10 + length)
  const all = Array.from({ length: count }, (_, band) =>
    Array.from({ length: width * height }, (__, i) => read(view, band * width * height + i)),
  )
  const mask = all.pop() ?? []
  const greatest = Math.max(...mask)
  return {
    width,
    height,
    bands: all.map((band) => band.map((value, i) => (mask[i] === greatest && greatest > 0 ? value : null))),
  }
}
