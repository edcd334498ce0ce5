"""Records the asset lists that cogeo-mosaic 9.2 gives for a made-up mosaic: python record-cogeo-order.py > cogeo-order.json

The mosaic: quadkeys of zoom 6 on columns 20..43 and rows 18..41 where (7 * col + 5 * row) % 3 > 0, in the order of the columns;
each has the assets a{col // 3}_{row // 2} and b{(col * row) % 11}.
"""

import json

import morecantile
from cogeo_mosaic.backends import MosaicBackend

web = morecantile.tms.get("WebMercatorQuad")
tiles = {}
for col in range(20, 44):
    for row in range(18, 42):
        if (7 * col + 5 * row) % 3 > 0:
            tiles[web.quadkey(col, row, 6)] = [f"/a{col // 3}_{row // 2}.tif", f"/b{(col * row) % 11}.tif"]

document = {
    "mosaicjson": "0.0.3",
    "version": "1.0.0",
    "minzoom": 6,
    "maxzoom": 9,
    "quadkey_zoom": 6,
    "bounds": [-67.5, -40, 67.5, 60],
    "tiles": tiles,
}
cases = []
for z, x, y in [(6, 21, 19), (6, 22, 20), (5, 10, 10), (4, 6, 7), (3, 4, 3), (2, 1, 1), (8, 90, 80), (9, 260, 250)]:
    with MosaicBackend(":memory:", mosaic_def=document) as mosaic:
        cases.append({"tile": ["WebMercatorQuad", z, x, y], "assets": mosaic.assets_for_tile(x, y, z)})
for name, z, x, y in [("WorldCRS84Quad", 3, 7, 3), ("WorldCRS84Quad", 5, 30, 14), ("WorldCRS84Quad", 6, 64, 30), ("WGS1984Quad", 4, 15, 6)]:
    with MosaicBackend(":memory:", mosaic_def=document, tms=morecantile.tms.get(name)) as mosaic:
        cases.append({"tile": [name, z, x, y], "assets": mosaic.assets_for_tile(x, y, z)})
for point in [(0.0, 0.0), (12.3, 41.9), (-60.1, 20.2), (179.9, -80.0), (11.25, 11.178401873711785)]:
    with MosaicBackend(":memory:", mosaic_def=document) as mosaic:
        cases.append({"point": point, "assets": mosaic.assets_for_point(*point)})
for bbox in [(-20.0, -10.0, 30.0, 40.0), (5.0, 5.0, 5.0, 5.0), (0.0, 0.0, 11.25, 11.178401873711785), (-180.0, -80.0, 180.0, 80.0)]:
    with MosaicBackend(":memory:", mosaic_def=document) as mosaic:
        cases.append({"bbox": bbox, "assets": mosaic.assets_for_bbox(*bbox)})
print(json.dumps({"document": document, "cases": cases}))
