import { SmaltiError } from '../errors.ts'
import { errorAnswer } from '../http/error-body.ts'
import { withoutSecrets } from '../http/secrets.ts'
import { mosaicInfo } from '../mosaic/info.ts'
import type { CreateResult } from './create-mosaic.ts'
import type { Job } from './job.ts'

/** What clients are told of a job, as JSON. @param base address of all jobs. @param target where it writes */
export function told(job: Job<CreateResult>, base: string, target: string | undefined) {
  const { id, status, startedAt, endedAt, progress, failures, failureCount, result, error } = job
  const { written, document } = result ?? {}
  return {
    id,
    status,
    target: target === undefined ? undefined : withoutSecrets(target, ''),
    started: startedAt.toISOString(),
    ended: endedAt?.toISOString(),
    progress,
    failed: failures.map((failure) => ({ asset: withoutSecrets(failure.asset, ''), ...explain(failure.error) })),
    failed_count: failureCount,
    created: written?.isNew,
    etag: written?.after,
    info: written?.info && mosaicInfo(written.info),
    error: status === 'failed' ? explain(error) : undefined,
    links: [{ rel: 'self', href: `${base}/${id}` }, ...(document ? [{ rel: 'document', href: `${base}/${id}/document` }] : [])],
  }
}

/** As the same error is told in an answer. */
function explain(error: unknown): { readonly detail: string; readonly code: string } {
  const { detail, code } = errorAnswer(error, () => false).body
  return { detail: typeof detail === 'string' ? detail : detail.map(({ msg }) => msg).join('; '), code }
}

/** For the log, which is told all. */
export function outcomeOf({ status, error, result, failureCount }: Job<CreateResult>) {
  const { written } = result ?? {}
  return {
    result: status,
    code: error instanceof SmaltiError ? error.code : undefined,
    err: status === 'failed' ? error : undefined,
    before: written?.before,
    after: written?.after,
    skipped: failureCount || undefined,
  }
}
