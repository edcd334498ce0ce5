import { previewRoutes } from '../cog/preview.ts'
import { statisticsRoutes } from '../cog/statistics.ts'
import type { App, Context } from '../context.ts'
import { mapRoutes } from '../mosaic/map.ts'
import { tileRoutes } from '../mosaic/tile.ts'
import { bboxRoutes } from '../pictures/bbox.ts'
import { featureRoutes } from '../pictures/feature.ts'
import { pointRoutes } from '../pictures/point.ts'
import { featureStatisticsRoutes } from '../pictures/statistics.ts'
import { tilesetRoutes } from '../tilesets/tilesets.ts'
import { wmtsRoutes } from '../tilesets/wmts.ts'
import { describeSource } from '../schema/source-parameter.ts'
import { assetParameters } from './asset-parameters.ts'
import { assetStatisticsRoutes } from './asset-statistics.ts'
import { infoRoutes } from './info.ts'
import { tileJsonRoutes } from './tilejson.ts'

/** One STAC item: what a COG has, of the assets that are named. */
export function stacRoutes(app: App, context: Context, prefix: string): void {
  describeSource(app, {
    description: 'Address of the STAC item: a file below an allowed folder, `http(s)://`, `s3://`, `gs://` or `az://`.',
    examples: ['https://earth-search.aws.element84.com/v1/collections/sentinel-2-l2a/items/S2A_13TDE_20231008_0_L2A'],
  })
  assetParameters(app)
  infoRoutes(app, context)
  tileRoutes(app, context, 'stac')
  tileJsonRoutes(app, context, prefix)
  mapRoutes(app)
  previewRoutes(app, context, 'stac')
  pointRoutes(app, context, 'stac')
  bboxRoutes(app, context, 'stac')
  featureRoutes(app, context, 'stac')
  statisticsRoutes(app, context, 'stac')
  assetStatisticsRoutes(app, context)
  featureStatisticsRoutes(app, context, 'stac')
  tilesetRoutes(app, context, prefix, 'stac')
  wmtsRoutes(app, context, prefix, 'stac')
}
