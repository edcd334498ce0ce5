import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import packageJson from '../../package.json' with { type: 'json' }
import { sharedDescription } from './shared-description.ts'

/** What stands around the routes in the OpenAPI description. */
export const openApi: FastifyDynamicSwaggerOptions = {
  // Components are called by their names, not def-0, def-1.
  refResolver: {
    buildLocalReference: (json, _base, _fragment, index) => (typeof json.$id === 'string' ? json.$id : `def-${index}`),
  },
  transformObject: (document) =>
    'openapiObject' in document ? sharedDescription(document.openapiObject) : document.swaggerObject,
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'smalti',
      version: packageJson.version,
      description:
        'Tiles of mosaics of Cloud Optimized GeoTIFFs, made when they are asked for. ' +
        'The routes under /mosaic stand under /mosaicjson too, where clients of titiler look for them.',
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [{ url: '/', description: 'The server that this description comes from.' }],
    components: {
      securitySchemes: {
        writer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of `--write-key`, or a token of `--jwt-issuer` with the scope for writing.',
        },
      },
    },
    tags: [
      { name: 'Tiles', description: 'Pictures and arrays of map tiles.' },
      { name: 'Pictures', description: 'Pictures and arrays of boxes, features and whole files.' },
      { name: 'Values', description: 'Values at points, statistics.' },
      { name: 'TileJSON', description: 'What map libraries load first.' },
      { name: 'Tilesets', description: 'OGC API Tiles and WMTS.' },
      { name: 'Map', description: 'A viewer.' },
      { name: 'Mosaic', description: 'What a mosaic is.' },
      { name: 'COG', description: 'What one file is.' },
      { name: 'STAC', description: 'What the assets of one STAC item are.' },
      { name: 'Assets', description: 'Which files lie at a place.' },
      { name: 'Service', description: 'The server itself.' },
    ],
  },
}
