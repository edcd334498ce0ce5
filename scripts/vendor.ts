/** `npm run vendor`: the files of MapLibre that the map page loads, out of its package. The package itself is a fifth of an installation. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(createRequire(import.meta.url).resolve('maplibre-gl/package.json'))
export const VENDORED = fileURLToPath(new URL('../routes/pages/static/maplibre-gl/', import.meta.url))

/** What is copied, by the name that it gets. A test compares them with the package. */
export const SOURCES: Readonly<Record<string, string>> = Object.fromEntries([
  ...['maplibre-gl.mjs', 'maplibre-gl-worker.mjs', 'maplibre-gl.css'].map((name) => [name, join(folder, 'dist', name)]),
  ['LICENSE.txt', join(folder, 'LICENSE.txt')],
])

if (import.meta.main) {
  mkdirSync(VENDORED, { recursive: true })
  for (const [name, source] of Object.entries(SOURCES)) copyFileSync(source, join(VENDORED, name))
}
