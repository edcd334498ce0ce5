import { type Authority, createAuthority } from '../authority/authority.ts'
import type { Config } from '../config.ts'
import type { Engine } from '../engine.ts'
import { createMosaicWriter, type MosaicWriter } from './mosaic-writer.ts'
import { createWriteGuard } from './write-guard.ts'

/** What the routes that change something need. */
export interface Writing {
  readonly authority: Authority
  readonly writer: MosaicWriter
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
  return { authority: createAuthority(config), writer: createMosaicWriter({ mosaics: engine.mosaics, guard }) }
}
