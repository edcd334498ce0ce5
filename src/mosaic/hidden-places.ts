/** Name of an asset without its place: the last segment of its path. */
export function lastSegment(href: string): string {
  const path = /^https?:/i.test(href) ? href.replace(/[?#].*$/s, '') : href
  return path.replace(/\/+$/, '').split(/[/\\]/).at(-1) || 'asset'
}

const PLACE = /(?<=^|[\s("'`,=:])(?:[a-z][a-z0-9+.-]*:\/\/|\/|\.\.?\/|[a-z]:\\).*[/\\]/gi
const QUERY = /\?[^\s"'<>)]*/g

/**
 * A message in which of every address and path only the last segment is left. Paths may hold spaces: what stands between the beginning
 * of a place and the last slash of its part of the sentence goes with it.
 */
export function withoutPlaces(message: string): string {
  return message
    .split(/(: |; )/)
    .map((part) => {
      const bare = part.replace(PLACE, '')
      return bare === part ? part : bare.replace(QUERY, '')
    })
    .join('')
}
