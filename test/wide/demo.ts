import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Running, startSmalti } from '../../scripts/servers/smalti.ts'

/** The folder of the checkout; the demo lies in demo/ below it. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const demoFolder = `${root}demo`
/** As in the README: relative to the folder that the server was started in. */
export const world = 'demo/world.json'

/** The server over the demo, as `npm run demo` starts it. @throws where the demo was not made (`npm run demo:make`) */
export function startDemo(...args: readonly string[]): Promise<Running> {
  if (!existsSync(`${root}${world}`)) throw new Error(`${world} is missing: npm run demo:make`)
  return startSmalti(['--allow', demoFolder, '--log-level', 'info', ...args])
}
