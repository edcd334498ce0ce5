/** Interleaved samples, ready for an encoder. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4
  readonly data: Uint8Array | Uint16Array
}
