import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { createCogs } from '../../src/cog/cogs.ts'
import { createNet } from '../../src/net/net.ts'
import { createPool } from '../../src/work/create-pool.ts'
import { outcomeOf } from './outcome.ts'
import type { Expected, Outcome } from './outcome.ts'

export interface Survey {
  readonly gdal: string
  readonly files: ReadonlyMap<string, { readonly expected: Expected; readonly outcome: Outcome }>
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Reads every file of a folder that expect.py has described, and compares with what GDAL reads. */
export async function survey(folder: string, only?: string): Promise<Survey> {
  const path = new URL('../../test/formats/expected.json', import.meta.url)
  const { versions, files } = JSON.parse(readFileSync(path, 'utf8')) as {
    versions: { gdal: string }
    files: Record<string, Expected>
  }
  const net = createNet({ allow: [folder], cwd: folder, timeoutMs: 30_000 })
  const pool = await createPool({ workers: 1, log: silent })
  const cogs = createCogs({ net, pool, memory: 256 * 2 ** 20, ttl: 60 })
  try {
    const found = new Map<string, { expected: Expected; outcome: Outcome }>()
    for (const [name, expected] of Object.entries(files)) {
      if (only && !name.includes(only)) continue
      found.set(name, { expected, outcome: await outcomeOf(cogs, join(folder, name), expected) })
    }
    return { gdal: versions.gdal, files: found }
  } finally {
    await pool.close()
    await cogs.close()
    await net.close()
  }
}
