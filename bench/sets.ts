/** What the mosaics are asked for, by workload. */
export interface BenchSet {
  readonly name: string
  /** Of the data (data.ts). */
  readonly mosaic: string
  readonly extension: 'png' | 'jpg'
  /** Parameters of its tiles. */
  readonly query: string
  /** Where it is left out, since another set of the same mosaic says it already. */
  readonly only?: readonly Workload[]
}

/**
 * - `pan`: each tile once, 16 in flight, in neighbourhoods of 3 x 3 as a map asks: caches of blocks help, one of tiles does not
 * - `lone`: the same with one in flight: latency
 * - `hot`: 100 tiles again and again
 * - `lowzoom`: the tiles that cover the whole mosaic
 * - `point`: values at random points
 * - `info`: info and TileJSON
 */
export const WORKLOADS = ['pan', 'lone', 'hot', 'lowzoom', 'point', 'info'] as const
export type Workload = (typeof WORKLOADS)[number]

export const SETS: readonly BenchSet[] = [
  { name: 'rgb-jpeg', mosaic: 'rgb-jpeg', extension: 'png', query: '' },
  { name: 'rgb-webp', mosaic: 'rgb-webp', extension: 'jpg', query: '' },
  {
    name: 'uint16-deflate',
    mosaic: 'uint16-deflate',
    extension: 'png',
    query: '&rescale=0,6000&resampling=bilinear&reproject=bilinear',
  },
  { name: 'float32-deflate', mosaic: 'float32-deflate', extension: 'png', query: '&rescale=0,255&colormap_name=terrain' },
  { name: 'stack', mosaic: 'stack', extension: 'png', query: '' },
  { name: 'stack, median', mosaic: 'stack', extension: 'png', query: '&pixel_selection=median', only: ['pan', 'lowzoom'] },
]
