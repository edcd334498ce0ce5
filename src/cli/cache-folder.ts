import { homedir } from 'node:os'
import { join } from 'node:path'
import { cloudEnvironment } from '../config/environment.ts'

/** Folder of the user's for what may be lost: `XDG_CACHE_HOME`, else `~/.cache`. It need not be there, nor be writable. */
export function cacheFolder(name: string): string {
  const { XDG_CACHE_HOME: given = '' } = cloudEnvironment()
  // The specification says that an empty one counts as not set.
  const base = given === '' ? join(homedir(), '.cache') : given
  return join(base, 'smalti', name)
}
