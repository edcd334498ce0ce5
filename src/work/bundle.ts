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
  // Texts, not URLs: there are six hundred files to look at.
  const base = fileURLToPath(root)
  const folder = `${base}node_modules/.cache/bundle/`
  const name = Object.keys(PROGRAMS).find((program) => base + program === script)
  if (name === undefined) return undefined
  try {
    const bundled = JSON.parse(readFileSync(`${folder}bundled.json`, 'utf8')) as Bundled
    const isFresh = bundled.stamp.every(([file, size, time]) => {
      const now = statSync(base + file)
      return now.size === size && Math.floor(now.mtimeMs) === time
    })
    return isFresh ? [`${folder}${bundled.folder}/main.js`, ...PROGRAMS[name]] : undefined
  } catch {
    return undefined
  }
}
