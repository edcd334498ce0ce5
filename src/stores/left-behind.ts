import { randomBytes } from 'node:crypto'
import { opendir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Entries of a folder that are looked at: a folder of a million files is no reason to wait. */
const MOST = 10_000
/** Milliseconds after which a temporary file of another machine belongs to nobody any more. */
const FORGOTTEN_MS = 3_600_000
/** Names may have 255 bytes. */
const OF_NAME = 120
const OF_HOST = 40

/** Name of a file beside another, which says whose it is. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `${prefixOf(path)}${here()}-${process.pid}-${randomBytes(6).toString('hex')}`)
}

/** Removes what writers of this file have left that died: of this machine at once, of others after an hour. Never fails. */
export async function sweepLeftBehind(path: string): Promise<void> {
  const prefix = prefixOf(path)
  try {
    let looked = 0
    for await (const { name } of await opendir(dirname(path))) {
      if (++looked > MOST) return
      if (!name.startsWith(prefix)) continue
      const [, host, pid] = /^(.+)-(\d+)-[0-9a-f]{12}$/.exec(name.slice(prefix.length)) ?? []
      const left = join(dirname(path), name)
      if (host === undefined || (host === here() ? isAlive(Number(pid)) : !(await isForgotten(left)))) continue
      await rm(left, { force: true })
    }
  } catch {
    // It is only tidying up.
  }
}

function prefixOf(path: string): string {
  return `.${Buffer.from(basename(path))
    .subarray(0, OF_NAME)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]/g, '_')}.`
}

/** Containers have names of their own, so that their processes' numbers do not meet. */
function here(): string {
  return hostname()
    .replaceAll(/[^\w.-]/g, '_')
    .slice(0, OF_HOST)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function isForgotten(path: string): Promise<boolean> {
  return Date.now() - (await stat(path)).mtimeMs > FORGOTTEN_MS
}
