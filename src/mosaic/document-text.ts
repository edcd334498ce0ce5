import { setImmediate as turn } from 'node:timers/promises'
import type { MosaicMembers } from './document.ts'

/** Characters of one piece: a millisecond or two. */
const PIECE = 128 * 1024

/**
 * The JSON text of a document in pieces, between which others get their turn: of a million tiles it takes seconds. The same text as
 * JSON.stringify of the whole, keys in ascending order.
 */
export async function* documentText(
  members: MosaicMembers,
  tiles: Iterable<readonly [quadkey: string, assets: readonly string[]]>,
): AsyncGenerator<string> {
  const { tiles: _, ...others } = members
  const head = JSON.stringify(others).slice(0, -1)
  let piece = `${head === '{' ? head : `${head},`}"tiles":{`
  let separator = ''
  for (const [quadkey, assets] of tiles) {
    piece += `${separator}"${quadkey}":${JSON.stringify(assets)}`
    separator = ','
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
    await turn()
  }
  yield `${piece}}}`
}
