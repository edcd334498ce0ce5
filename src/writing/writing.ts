import { type Authority, createAuthority } from '../authority/authority.ts'
import type { Config } from '../config.ts'
import type { Engine } from '../engine.ts'
import { type CreateResult } from '../jobs/create-mosaic.ts'
import { Jobs } from '../jobs/jobs.ts'
import { createMosaicWriter, type MosaicWriter } from './mosaic-writer.ts'
import { createWriteGuard } from './write-guard.ts'

/** What the routes that change something need. */
export interface Writing {
  readonly authority: Authority
  readonly writer: MosaicWriter
  /** Mosaics that are being made. */
  readonly jobs: Jobs<CreateResult>
}

export interface WritingOptions {
  readonly config: Config
  readonly engine: Pick<Engine, 'mosaics'>
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export function createWriting({ config, engine, cwd, env }: WritingOptions): Writing {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1'
  const guard = createWriteGuard({ allow: config.allow, allowWrite: config.allowWrite, cwd, region })
  const jobs = new Jobs<CreateResult>({
    maxRunning: config.maxJobs,
    timeoutSeconds: config.jobTimeout,
    bytesOf: ({ document }) => document?.length ?? 0,
  })
  return { authority: createAuthority(config), writer: createMosaicWriter({ mosaics: engine.mosaics, guard }), jobs }
}
