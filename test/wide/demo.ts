import { fileURLToPath } from 'node:url'
import { makeDemo } from '../../scripts/demo/make.ts'
import { type Running, startSmalti } from '../../scripts/servers/smalti.ts'

/** The folder of the checkout; the demo lies in demo/ below it. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const demoFolder = `${root}demo`
/** As in the README: relative to the folder that the server was started in. */
export const world = 'demo/blue-marble.json'

/** The server over the demo, as `npm run demo` starts it. The demo is made where it is absent. */
export async function startDemo(...args: readonly string[]): Promise<Running> {
  await makeDemo(console.log)
  return startSmalti(['--allow', demoFolder, '--log-level', 'info', ...args])
}
