/** Non-negative integers of SHORT, LONG, LONG8 or BYTE fields. @throws RangeError on another type */
export function unsignedValues(bytes: Uint8Array, type: number, littleEndian: boolean): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (type) {
    case 1:
      return Float64Array.from(bytes)
    case 3:
      return fill(bytes.length >> 1, (i) => view.getUint16(2 * i, littleEndian))
    case 4:
    case 13:
      return fill(bytes.length >> 2, (i) => view.getUint32(4 * i, littleEndian))
    case 16:
    case 18:
      return fill(bytes.length >> 3, (i) => {
        const [first, second] = [view.getUint32(8 * i, littleEndian), view.getUint32(8 * i + 4, littleEndian)]
        return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second
      })
    default:
      throw new RangeError(`field type ${type} holds no offsets`)
  }
}

function fill(length: number, value: (index: number) => number): Float64Array {
  const out = new Float64Array(length)
  for (let i = 0; i < length; i++) out[i] = value(i)
  return out
}
