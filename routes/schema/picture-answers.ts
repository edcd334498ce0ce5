import { Type } from 'typebox'
import { encoders } from '../../src/encode/registry.ts'

const types = [...new Set(Object.values(encoders).map((encoder) => encoder.mediaType))]
const headers = {
  'Content-Bbox': { type: 'string', description: 'Bounds of the picture, in the units of Content-Crs.' },
  'Content-Crs': { type: 'string', description: 'Coordinate reference system of the picture.' },
  'X-Assets': { type: 'string', description: 'Assets that were used, in mosaic order (cut where the list is long).' },
  'X-Assets-Skipped': { type: 'string', description: 'Assets that could not be read.' },
  'Server-Timing': { type: 'string', description: 'Milliseconds by stage.' },
  ETag: { type: 'string', description: 'Strong: changes with the parameters, the mosaic, the assets and the program.' },
  'Cache-Control': { type: 'string' },
}

/** Statuses of a picture besides errors. */
export const pictureAnswers = {
  200: {
    description: 'The picture.',
    headers,
    content: Object.fromEntries(
      types.map((type) => [type, { schema: Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary' }) }]),
    ),
  },
  204: Type.Null({ description: 'There is no data in it.' }),
  304: Type.Null({ description: 'It has not changed since the ETag in If-None-Match.' }),
}
