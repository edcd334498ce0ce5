import type { App, Context } from '../context.ts'
import { bboxRoutes } from '../pictures/bbox.ts'
import { featureRoutes } from '../pictures/feature.ts'
import { pointRoutes } from '../pictures/point.ts'
import { featureStatisticsRoutes } from '../pictures/statistics.ts'
import { assetRoutes } from './assets.ts'
import { createRoutes } from './create.ts'
import { documentRoutes } from './document.ts'
import { infoRoutes } from './info.ts'
import { mapRoutes } from './map.ts'
import { assetParameters } from '../stac/asset-parameters.ts'
import { searchParameters } from './search.ts'
import { tilesetRoutes } from '../tilesets/tilesets.ts'
import { wmtsRoutes } from '../tilesets/wmts.ts'
import { revalidateOnDemand } from '../writing/revalidation.ts'
import { tileRoutes } from './tile.ts'
import { tileJsonRoutes } from './tilejson.ts'
import { validateRoutes } from './validate.ts'

/** Everything that is said of one mosaic. Mounted twice: under our own prefix and under titiler's. */
export function mosaicRoutes(app: App, context: Context, prefix: string): void {
  searchParameters(app)
  assetParameters(app)
  revalidateOnDemand(app, context)
  tileRoutes(app, context)
  tileJsonRoutes(app, context, prefix)
  mapRoutes(app)
  infoRoutes(app, context)
  documentRoutes(app, context)
  createRoutes(app, context, prefix)
  assetRoutes(app, context)
  pointRoutes(app, context, 'mosaic')
  bboxRoutes(app, context, 'mosaic')
  featureRoutes(app, context, 'mosaic')
  featureStatisticsRoutes(app, context, 'mosaic')
  tilesetRoutes(app, context, prefix, 'mosaic')
  wmtsRoutes(app, context, prefix, 'mosaic')
  validateRoutes(app, context)
}
