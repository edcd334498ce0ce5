/** Of a mosaic document as it is stored. Not a Content-Encoding: readers would unpack it by themselves, or not. */
export function mediaType(key: string): string {
  return key.endsWith('.gz') ? 'application/gzip' : 'application/json'
}
