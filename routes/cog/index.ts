import type { App, Context } from '../context.ts'
import { mapRoutes } from '../mosaic/map.ts'
import { tilesetRoutes } from '../tilesets/tilesets.ts'
import { wmtsRoutes } from '../tilesets/wmts.ts'
import { tileRoutes } from '../mosaic/tile.ts'
import { bboxRoutes } from '../pictures/bbox.ts'
import { featureRoutes } from '../pictures/feature.ts'
import { pointRoutes } from '../pictures/point.ts'
import { featureStatisticsRoutes } from '../pictures/statistics.ts'
import { describeSource } from '../schema/source-parameter.ts'
import { infoRoutes } from './info.ts'
import { previewRoutes } from './preview.ts'
import { statisticsRoutes } from './statistics.ts'
import { tileJsonRoutes } from './tilejson.ts'

/** One COG, as a mosaic of one: the routes of mosaics, and those that only a single file has. */
export function cogRoutes(app: App, context: Context, prefix: string): void {
  describeSource(app, {
    description: 'Address of the file: a file below an allowed folder, `http(s)://`, `s3://`, `gs://` or `az://`.',
    examples: ['demo/blue-marble/r0c0.tif'],
  })
  infoRoutes(app, context)
  tileRoutes(app, context, 'cog')
  tileJsonRoutes(app, context, prefix)
  mapRoutes(app)
  previewRoutes(app, context, 'cog')
  pointRoutes(app, context, 'cog')
  bboxRoutes(app, context, 'cog')
  featureRoutes(app, context, 'cog')
  statisticsRoutes(app, context, 'cog')
  featureStatisticsRoutes(app, context, 'cog')
  tilesetRoutes(app, context, prefix, 'cog')
  wmtsRoutes(app, context, prefix, 'cog')
}
