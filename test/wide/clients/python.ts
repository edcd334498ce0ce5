import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A Python with rasterio, rio-tiler, httpx and pystac-client; `.ci/prepare` makes one. */
export const python = process.env.TEST_GDAL ?? join(homedir(), '.cache/smalti/gdal/bin/python')

/** Without it the tests that need it are skipped, but not in CI. */
export const hasPython = existsSync(python) || process.env.CI === 'true'

const run = promisify(execFile)

/** What a program beside this file prints as JSON, in the last line. @throws with its own words where it fails */
export async function told<T>(program: string, ...args: readonly string[]): Promise<T> {
  const { stdout } = await run(python, [new URL(program, import.meta.url).pathname, ...args], { maxBuffer: 64 * 2 ** 20 })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T
}
