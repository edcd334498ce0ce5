import type { App } from '../../routes/context.ts'
import { type AppOptions, buildApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { createEngine } from '../../src/engine.ts'
import { createLogger } from '../../src/http/logger.ts'
import { createPool } from '../../src/work/create-pool.ts'

export const fixtures = new URL('../fixtures/', import.meta.url).pathname

/** The whole server over the real files of test/fixtures, with one raster thread. @param lines where its log goes */
export async function realApp(
  argv: readonly string[] = [],
  { lines, ...options }: Pick<AppOptions, 'tracer'> & { readonly lines?: Record<string, unknown>[] } = {},
): Promise<{ app: App; close(): Promise<void> }> {
  const config = parseConfig(['--allow', fixtures, '--workers', '1', ...argv], {})
  const logger = lines
    ? createLogger('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) })
    : createLogger('silent')
  const engine = await createEngine(config, createPool({ workers: 1, log: logger }))
  const app = await buildApp({ config, engine, logger, ...options })
  return {
    app,
    async close() {
      await app.close()
      await engine.close()
    },
  }
}
