import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)
/** What starts the server, and may be replaced by the bundle. */
const PROGRAMS = ['src/main.ts', 'src/server.ts']

interface Bundled {
  readonly folder: string
  /** Of every source that is in it: bytes, and milliseconds of its last change. */
  readonly stamp: readonly (readonly [file: string, size: number, time: number])[]
}

/**
 * The bundled program (scripts/bundle.mjs) that does what `script` does in two thirds of the time to start; undefined where there is
 * none, or where a source is not what it was when it was bundled: then the sources run.
 */
export function bundledProgram(script: string, root = ROOT): string | undefined {
  const folder = new URL('node_modules/.cache/bundle/', root)
  if (!PROGRAMS.some((program) => fileURLToPath(new URL(program, root)) === script)) return undefined
  try {
    const bundled = JSON.parse(readFileSync(new URL('bundled.json', folder), 'utf8')) as Bundled
    const isFresh = bundled.stamp.every(([file, size, time]) => {
      const now = statSync(new URL(file, root))
      return now.size === size && Math.floor(now.mtimeMs) === time
    })
    return isFresh ? fileURLToPath(new URL(`${bundled.folder}/main.js`, folder)) : undefined
  } catch {
    return undefined
  }
}
