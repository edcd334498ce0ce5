import { expect, test } from 'vitest'
import { RouteTable } from '../../src/http/route-table.ts'

const table = new RouteTable()
table.add(['GET', 'HEAD'], '/mosaic/info')
table.add('POST', '/mosaic/validate')
table.add('GET', '/mosaic/:id/tilejson.json')
table.add('GET', String.raw`/mosaic/:z/:x/:y(^-?\d+).:format(^\w+)`)
table.add('POST', '/mosaic/feature')
table.add('GET', '/mosaic/')
table.add('OPTIONS', '*')

test.each([
  ['/mosaic/info', ['GET', 'HEAD'], undefined],
  ['/mosaic/1/2/3.png', ['GET'], undefined],
  ['/mosaic/', ['GET'], undefined],
  ['/mosaic/1/2/three.png', [], undefined],
  ['/mosaic/inof', [], '/mosaic/info'],
  ['/mosaik/info', [], '/mosaic/info'],
  ['/mosaic/valid', [], '/mosaic/validate'],
  ['/mosaic/WebMercatorQuad/tilejson', [], '/mosaic/WebMercatorQuad/tilejson.json'],
  ['/something/else', [], undefined],
  ['/mosaic/info/', [], undefined],
])('%s has %j, or means %s', (path, methods, near) => expect(table.find(path)).toEqual({ methods, near }))
