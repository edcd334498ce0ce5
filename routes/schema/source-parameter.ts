import { type TObject, Type } from 'typebox'
import type { App } from '../context.ts'

/** Where the source of a group of routes is no mosaic: what its `url` means there. */
export function describeSource(app: App, meaning: { readonly description: string; readonly examples: readonly string[] }): void {
  app.addHook('onRoute', (route) => {
    const query = route.schema?.querystring as TObject | undefined
    if (!query?.properties?.url) return
    const url = { ...query.properties.url, ...meaning }
    const optional = query.required?.includes('url') ? url : Type.Optional(url)
    route.schema = { ...route.schema, querystring: Type.Object({ ...query.properties, url: optional }) }
  })
}
