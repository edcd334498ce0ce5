import { type TObject, Type } from 'typebox'
import type { App } from '../context.ts'

const Assets = {
  assets: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), {
      maxItems: 64,
      description:
        'Of STAC items: assets by their names, repeat in the wanted order; `:all:` for all. Options follow a bar: `name|bidx=1,2`, `name|expression=b1/b2`, `name|bands=red,nir`.',
      examples: [['B04', 'B03', 'B02']],
    }),
  ),
  asset_as_band: Type.Optional(
    Type.Boolean({ default: false, description: 'Of STAC items: each asset has one band, which goes by the name of the asset.' }),
  ),
}

/** Every route with a source takes the parameters of STAC items. */
export function assetParameters(app: App): void {
  app.addHook('onRoute', (route) => {
    const query = route.schema?.querystring as TObject | undefined
    if (query?.properties?.url) route.schema = { ...route.schema, querystring: Type.Object({ ...query.properties, ...Assets }) }
  })
}
