/** Undoes PackBits (Apple's run length coding). Stops when `length` bytes are out. @throws Error where the input ends before. */
export function unpackBits(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let from = 0
  let to = 0
  while (to < length) {
    if (from >= bytes.length) throw new Error(`PackBits data end after ${to} of ${length} bytes`)
    const control = bytes[from++]
    if (control < 128) {
      const count = Math.min(control + 1, length - to)
      if (from + count > bytes.length) throw new Error(`PackBits data end after ${to} of ${length} bytes`)
      out.set(bytes.subarray(from, from + count), to)
      from += control + 1
      to += count
    } else if (control > 128) {
      const count = Math.min(257 - control, length - to)
      out.fill(bytes[from++], to, to + count)
      to += count
    }
  }
  return out
}
