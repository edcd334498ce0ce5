/**
 * The media type that a client likes best among those offered, which stand in our own order; undefined where it names none of them. As
 * titiler reads Accept: only what is named in full counts, or `*` alone, so that programs that take anything get the default.
 */
export function preferredMedia<Media extends string>(accept: string | undefined, offered: readonly Media[]): Media | undefined {
  const liked = new Map<string, number>()
  for (const entry of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim())
    const q = parameters.find((parameter) => /^q\s*=/.test(parameter))
    const quality = q === undefined ? 1 : Number(q.split('=')[1])
    if (quality > 0 && quality <= 1) liked.set(type, quality)
  }
  const [best] = offered.filter((media) => liked.has(media)).toSorted((a, b) => (liked.get(b) ?? 0) - (liked.get(a) ?? 0))
  return best ?? (liked.has('*') ? offered[0] : undefined)
}
