/** One picture of docs/gallery.md. */
export interface GalleryPicture {
  readonly title: string
  /** Of the file; the extension follows the answer's media type. */
  readonly name: string
  /** Path and query, as it is written in the page. */
  readonly address: string
  /** GeoJSON that is posted; undefined: a GET. */
  readonly body?: unknown
  /** One sentence. */
  readonly about: string
}

const WORLD = 'url=demo/blue-marble.json'
const HEIGHTS = 'url=demo/elevation.json'

/** Roughly the coast of Australia, longitude and latitude. */
const AUSTRALIA = [
  [113.4, -22.0],
  [114.2, -21.6],
  [119.0, -19.8],
  [121.8, -18.2],
  [122.8, -16.2],
  [126.0, -13.8],
  [129.2, -14.8],
  [130.8, -11.6],
  [136.8, -11.9],
  [135.6, -14.9],
  [140.6, -17.7],
  [142.4, -10.6],
  [145.4, -14.8],
  [149.6, -22.0],
  [153.3, -25.0],
  [153.6, -28.8],
  [150.2, -37.4],
  [146.4, -39.2],
  [143.5, -38.9],
  [139.6, -37.0],
  [138.2, -35.6],
  [137.6, -33.2],
  [135.8, -35.0],
  [131.2, -31.5],
  [126.0, -32.3],
  [123.6, -34.0],
  [118.0, -35.2],
  [115.0, -34.3],
  [115.7, -31.6],
  [113.2, -26.2],
  [113.4, -22.0],
]

/** Heights in metres from, to before, and their colour. */
const CLASSES = JSON.stringify([
  [
    [0, 200],
    [59, 125, 79],
  ],
  [
    [200, 500],
    [141, 179, 96],
  ],
  [
    [500, 1000],
    [230, 214, 144],
  ],
  [
    [1000, 2000],
    [192, 138, 78],
  ],
  [
    [2000, 9000],
    [244, 241, 238],
  ],
])

const ASSETS = JSON.stringify({ 1: [198, 219, 239], 2: [107, 174, 214], 3: [33, 113, 181], 4: [8, 48, 107] })

export const PICTURES: readonly GalleryPicture[] = [
  {
    title: 'True colour',
    name: 'true-colour',
    address: `/mosaic/3/4/2@2x.webp?${WORLD}`,
    about: 'Three bands as they are in the files: a tile of 512 pixels from COGs in degrees, Web Mercator and UTM.',
  },
  {
    title: 'Colour formula',
    name: 'colour-formula',
    address: `/mosaic/3/4/2@2x.webp?${WORLD}&color_formula=gamma rgb 1.5, sigmoidal rgb 6 0.35, saturation 1.4`,
    about: "The same tile after rio-color's operations: brighter, more contrast, more colour.",
  },
  {
    title: 'An index',
    name: 'index',
    address: `/mosaic/3/4/3@2x.webp?${WORLD}&expression=(b2-b1)/(b2%2Bb1)&rescale=-0.3,0.3&colormap_name=rdylgn`,
    about:
      'A normalized difference of two bands, here green and red for want of the near infrared, in the colours of `rdylgn`; water comes out green too.',
  },
  {
    title: 'Hillshade',
    name: 'hillshade',
    address: `/mosaic/3/5/3@2x.webp?${HEIGHTS}&reproject=cubic&algorithm=hillshade&algorithm_params={"z_exaggeration":0.01}&buffer=3`,
    about: 'Light and shadow on heights; `buffer` takes pixels of the neighbours, so that the edges of tiles fit.',
  },
  {
    title: 'A colormap by its name',
    name: 'colormap',
    address: `/mosaic/3/5/3@2x.webp?${HEIGHTS}&rescale=0,6000&colormap_name=terrain`,
    about: 'Metres from 0 to 6000 in the colours of `terrain`; the sea is nodata and stays transparent.',
  },
  {
    title: 'A colormap of your own',
    name: 'classes',
    address: `/mosaic/3/5/3@2x.png?${HEIGHTS}&colormap=${CLASSES}`,
    about: 'Five classes of height as intervals; so few colours become a PNG with a palette.',
  },
  {
    title: 'Contours',
    name: 'contours',
    address: `/mosaic/3/5/3@2x.webp?${HEIGHTS}&reproject=cubic&expression=(b1-500)/25&algorithm=contours&algorithm_params={"increment":40,"thickness":4,"minz":-20,"maxz":240}`,
    about: 'A line every 1000 m; the expression starts them at 500 m, in steps of 25 m.',
  },
  {
    title: 'Terrain-RGB',
    name: 'terrain-rgb',
    address: `/mosaic/4/11/6.png?${HEIGHTS}&algorithm=terrainrgb&algorithm_params={"nodata_height":0}`,
    about: 'Heights packed into colours, for a terrain source of MapLibre; not for the eye.',
  },
  {
    title: 'All assets at once',
    name: 'mean',
    address: `/mosaic/4/8/5@2x.webp?${WORLD}&pixel_selection=mean&color_formula=gamma rgb 1.3`,
    about: 'The mean of all files that cover a pixel instead of the first one.',
  },
  {
    title: 'How many assets',
    name: 'count',
    address: `/mosaic/4/8/5@2x.png?${WORLD}&bidx=1&pixel_selection=count&colormap=${ASSETS}`,
    about: 'The number of valid files at each pixel of that tile: the ellipse of the Alps lies on top of pieces that overlap.',
  },
  {
    title: 'A box',
    name: 'box',
    address: `/mosaic/bbox/-12,34,42,66/400x420.webp?${WORLD}&dst_crs=EPSG:3035&resampling=bilinear&reproject=cubic`,
    about: 'A box in degrees as a picture of 400 by 420 pixels in the equal-area projection of Europe.',
  },
  {
    title: 'Another grid',
    name: 'arctic',
    address: `/mosaic/tiles/UPSArcticWGS84Quad/2/2/2.webp?${WORLD}&tilesize=512&color_formula=gamma rgb 1.3`,
    about:
      'A tile of a polar tile matrix set, the pole in its upper left corner, where the Mercator files end; `/tileMatrixSets` lists them all.',
  },
  {
    title: 'A feature',
    name: 'feature',
    address: `/mosaic/feature.webp?${WORLD}&dst_crs=EPSG:3577&max_size=400`,
    body: { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [AUSTRALIA] } },
    about: 'Cut out by a polygon that is posted, in an equal-area projection of the continent.',
  },
]
