import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)
/** What starts the server, and the words that stand for it in the bundle, whose program is main.ts. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = { 'src/main.ts': [], 'src/server.ts': ['serve'] }

interface Bundled {
  readonly folder: string
  /** Of every source that is in it: bytes, and milliseconds of its last change. */
  readonly stamp: readonly (readonly [file: string, size: number, time: number])[]
}

/**
 * The bundled program (scripts/bundle.mjs) that does what `script` does in two thirds of the time to start, and its first arguments;
 * undefined where there is none, or where a source is not what it was when it was bundled: then the sources run.
 */
export function bundledProgram(script: string, root = ROOT): readonly string[] | undefined {
  const folder = new URL('node_modules/.cache/bundle/', root)
  const name = Object.keys(PROGRAMS).find((program) => fileURLToPath(new URL(program, root)) === script)
  if (name === undefined) return undefined
  try {
    const bundled = JSON.parse(readFileSync(new URL('bundled.json', folder), 'utf8')) as Bundled
    const isFresh = bundled.stamp.every(([file, size, time]) => {
      const now = statSync(new URL(file, root))
      return now.size === size && Math.floor(now.mtimeMs) === time
    })
    return isFresh ? [fileURLToPath(new URL(`${bundled.folder}/main.js`, folder)), ...PROGRAMS[name]] : undefined
  } catch {
    return undefined
  }
}
