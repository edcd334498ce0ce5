/** What one http(s) read may cost. Milliseconds and bytes. */
export interface HttpLimits {
  /** Whole read: waiting for a slot, redirects, retries and body. */
  readonly totalMs: number
  readonly connectMs: number
  /** From the request to the end of the reply's headers. */
  readonly headersMs: number
  /** In each window of this length… */
  readonly stallMs: number
  /** …a body must bring at least so many bytes a second. */
  readonly minBytesPerSecond: number
  readonly maxHeaderBytes: number
  readonly maxRedirects: number
  /** Tries after 429, 5xx and broken connections. */
  readonly tries: number
  /** Wait before the second try; doubles, with jitter. */
  readonly retryMs: number
  /** A server without ranges may send so much more than was asked for. */
  readonly excessBytes: number
  readonly connectionsPerOrigin: number
  readonly connections: number
}

export const defaultLimits: HttpLimits = {
  totalMs: 30_000,
  connectMs: 5_000,
  headersMs: 10_000,
  stallMs: 5_000,
  minBytesPerSecond: 1024,
  maxHeaderBytes: 32 * 1024,
  maxRedirects: 5,
  tries: 3,
  retryMs: 100,
  excessBytes: 2 ** 20,
  connectionsPerOrigin: 32,
  connections: 128,
}
