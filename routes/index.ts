import { cogRoutes } from './cog/index.ts'
import type { App, Context } from './context.ts'
import { createSealer } from '../src/http/seal.ts'
import { negotiatedPages } from './hooks/pages.ts'
import { sourceAddresses } from './hooks/source.ts'
import { mosaicRoutes } from './mosaic/index.ts'
import { pageAssetRoutes } from './pages/assets.ts'
import { apiRoutes } from './service/api.ts'
import { algorithmRoutes } from './service/algorithms.ts'
import { colormapRoutes } from './service/colormaps.ts'
import { conformanceRoutes } from './service/conformance.ts'
import { healthRoutes } from './service/health.ts'
import { landingRoutes } from './service/landing.ts'
import { metricsRoutes } from './service/metrics.ts'
import { registeredMosaicRoutes } from './service/mosaics.ts'
import { tileMatrixSetRoutes } from './service/tile-matrix-sets.ts'
import { stacRoutes } from './stac/index.ts'

/** The whole URL space. */
export async function routes(app: App, context: Context): Promise<void> {
  const { mosaics: registered, sealKey } = context.config
  negotiatedPages(app)
  sourceAddresses(app, { registered, sealer: createSealer(sealKey) })
  await app.register(async (scope) => mosaicRoutes(scope, context, '/mosaic'), { prefix: '/mosaic' })
  // titiler's prefix: the same routes, left out of the documentation.
  await app.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true }
      })
      mosaicRoutes(scope, context, '/mosaicjson')
    },
    { prefix: '/mosaicjson' },
  )
  await app.register(async (scope) => cogRoutes(scope, context, '/cog'), { prefix: '/cog' })
  await app.register(async (scope) => stacRoutes(scope, context, '/stac'), { prefix: '/stac' })
  await app.register(async (scope) => pageAssetRoutes(scope), { prefix: '/assets' })
  healthRoutes(app, context)
  apiRoutes(app)
  algorithmRoutes(app)
  tileMatrixSetRoutes(app)
  conformanceRoutes(app)
  colormapRoutes(app)
  if (context.metrics) metricsRoutes(app, context.metrics)
  registeredMosaicRoutes(app, context)
  landingRoutes(app, context)
}
