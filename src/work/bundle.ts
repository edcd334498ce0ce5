import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)
const folder = new URL('node_modules/.cache/bundle/', root)
/** What starts the server, and may be replaced by the bundle. */
const PROGRAMS = ['src/main.ts', 'src/server.ts']

/**
 * The bundled program (scripts/bundle.mjs) that does what `script` does in two thirds of the time to start; undefined where there is
 * none, or where a source is not what it was when it was bundled: then the sources run.
 */
export function bundledProgram(script: string): string | undefined {
  if (!PROGRAMS.some((program) => fileURLToPath(new URL(program, root)) === script)) return undefined
  try {
    const stamp = JSON.parse(readFileSync(new URL('stamp.json', folder), 'utf8')) as [file: string, size: number, time: number][]
    const isFresh = stamp.every(([file, size, time]) => {
      const now = statSync(new URL(file, root))
      return now.size === size && Math.floor(now.mtimeMs) === time
    })
    return isFresh ? fileURLToPath(new URL('main.js', folder)) : undefined
  } catch {
    return undefined
  }
}
