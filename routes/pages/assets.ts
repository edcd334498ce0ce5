import { dirname } from 'node:path'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { App } from '../context.ts'

const require = createRequire(import.meta.url)
const packageFolder = (name: string): string => dirname(require.resolve(`${name}/package.json`))

/** Files that the pages load: no CDN, so the pages work offline. Nothing else of a folder is served. */
const FOLDERS = [
  {
    prefix: '/',
    root: fileURLToPath(new URL('static/', import.meta.url)),
    files: ['map.js', 'map.css', 'api.js', 'pages.css', 'landing.css', 'favicon.svg'],
  },
  {
    prefix: '/maplibre-gl/',
    // Copied out of the package, which is a fifth of an installation (scripts/vendor.ts).
    root: fileURLToPath(new URL('static/maplibre-gl/', import.meta.url)),
    files: ['maplibre-gl.mjs', 'maplibre-gl-worker.mjs', 'maplibre-gl.css'],
  },
  { prefix: '/swagger-ui/', root: packageFolder('swagger-ui-dist'), files: ['swagger-ui-bundle.js', 'swagger-ui.css'] },
]

export async function pageAssetRoutes(app: App): Promise<void> {
  app.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true }
  })
  for (const [index, { prefix, root, files }] of FOLDERS.entries()) {
    const served = new Set(files.map((file) => `/${file}`))
    await app.register(fastifyStatic, {
      root,
      prefix,
      decorateReply: index === 0,
      index: false,
      maxAge: '1h',
      allowedPath: (path) => served.has(path),
    })
  }
}
