import type { AnswerRecord, Answers } from './answers.ts'
import type { Engine } from './engine.ts'
import { canonical } from './etag.ts'
import { newTrace } from './net/source.ts'
import type { PointAnswer, PointRequest } from './point.ts'
import type { PictureAnswer, PictureRequest } from './tile.ts'

export interface KnownAnswer<Answer = PictureAnswer> {
  readonly etag: string
  /** undefined: it is not kept any more, but would be made with this ETag. */
  readonly answer?: Answer
}

/** Assets whose revisions are looked at for one answer that has gone without a look; one of more assets is made anew. */
const MAX_LOOKS = 8

/**
 * What was answered to the same request before, if nothing that it was made of has changed: no pixel is read for it. Within the TTL
 * nothing is opened either; after it the mosaic and the assets are asked for their revisions once. Never throws: what cannot be said
 * here is said by making the answer.
 */
export function knownAnswer(engine: Engine, request: PictureRequest, signal: AbortSignal): Promise<KnownAnswer | undefined> {
  return knownAmong(engine.answers, engine, request, signal)
}

/** The same of a point. */
export function knownPoint(
  engine: Engine,
  request: PointRequest,
  signal: AbortSignal,
): Promise<KnownAnswer<PointAnswer> | undefined> {
  return knownAmong(engine.points, engine, request, signal)
}

async function knownAmong<Answer extends { readonly etag?: string }>(
  answers: Answers<Answer>,
  engine: Engine,
  request: PictureRequest,
  signal: AbortSignal,
): Promise<KnownAnswer<Answer> | undefined> {
  const key = canonical(request)
  const found = answers.find(key)
  if (!found) return undefined
  const { record, fresh } = found
  const holds =
    (await sourceHolds(engine, request, record, signal)) && (fresh || (await assetsHold(engine, request, record, signal)))
  if (!holds) return undefined
  if (!fresh) answers.confirm(key)
  const kept = answers.answer(record.etag)
  return { etag: record.etag, answer: kept && { ...kept, trace: { ...newTrace(), cacheHits: 1 } } }
}

async function sourceHolds(
  { mosaics }: Engine,
  { url, kind }: PictureRequest,
  { sourceRevision }: AnswerRecord,
  signal: AbortSignal,
): Promise<boolean> {
  if (kind !== 'mosaic') return true
  const mosaic = mosaics.peek(url) ?? (await mosaics.open(url, { signal }).catch(() => undefined))
  return mosaic?.revision === sourceRevision
}

/** Files alone: what a STAC item is made of is asked for by its own name, not by its files'. */
async function assetsHold(
  { cogs }: Engine,
  { assets: wanted, kind }: PictureRequest,
  { assets }: AnswerRecord,
  signal: AbortSignal,
): Promise<boolean> {
  if (wanted !== undefined || kind === 'stac' || assets.length > MAX_LOOKS) return false
  const same = await Promise.all(
    assets.map(([href, revision]) =>
      cogs.open(href, { signal }).then(
        (cog) => cog.revision === revision,
        () => false,
      ),
    ),
  )
  return !same.includes(false)
}
