import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const CACHE = join(ROOT, '.cache')
const TARGET = join(ROOT, 'demo')
const STAMP = 'stamp.txt'
/** Code whose change makes the demo out of date. */
const MAKERS = ['scripts/demo', 'scripts/fixtures']

/** The documents, as the server takes them in `url` when it is started in the project's folder. */
export const BLUE_MARBLE = 'demo/blue-marble.json'
export const ELEVATION = 'demo/elevation.json'

/**
 * Makes demo/ if it is absent or made by another version of this code. A run that is cut off leaves no half demo:
 * all is made in a folder of its own, which then takes the place.
 */
export async function makeDemo(say: (line: string) => void): Promise<void> {
  const stamp = await makersHash()
  if (await isCurrent(stamp)) return
  const start = performance.now()
  await mkdir(CACHE, { recursive: true })
  await removeLeftovers()
  // sharp takes a while to load, and a second start does not need it.
  const { makeBlueMarble, makeElevation } = await import('./mosaics.ts')
  const { fetchSources } = await import('./source.ts')
  say('Making the demo mosaics in demo/ (only now) ...')
  const sources = await fetchSources(join(CACHE, 'demo-source'))
  const scratch = await mkdtemp(join(CACHE, 'demo-making-'))
  try {
    await makeBlueMarble(scratch, sources.blueMarble)
    await makeElevation(scratch, sources.topology)
    await writeFile(join(scratch, STAMP), stamp)
    // mkdtemp's folders are the user's alone; a web server may want to read this one.
    await chmod(scratch, 0o755)
    await replace(scratch, stamp)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  say(`Made in ${((performance.now() - start) / 1000).toFixed(1)} s.`)
}

async function makersHash(): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of MAKERS) {
    const names = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.ts')).sort()
    for (const name of names) hash.update(`${name}\n`).update(await readFile(join(ROOT, folder, name)))
  }
  return hash.digest('hex')
}

async function isCurrent(stamp: string): Promise<boolean> {
  return existsSync(join(TARGET, STAMP)) && (await readFile(join(TARGET, STAMP), 'utf8')) === stamp
}

/** What a run that was killed has left; one that goes on at this moment is younger than an hour. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    if (!/^demo-(making|old)-/.test(name)) continue
    const { mtimeMs } = await stat(join(CACHE, name))
    if (Date.now() - mtimeMs > 3_600_000) await rm(join(CACHE, name), { recursive: true, force: true })
  }
}

async function replace(made: string, stamp: string): Promise<void> {
  const old = made.replace('demo-making-', 'demo-old-')
  if (existsSync(TARGET)) await rename(TARGET, old)
  try {
    await rename(made, TARGET)
  } catch (error) {
    // Somebody else made it meanwhile.
    if (!(await isCurrent(stamp))) throw error
  }
  await rm(old, { recursive: true, force: true })
}
