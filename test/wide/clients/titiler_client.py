"""What people run in notebooks against titiler's mosaics, with the host changed: httpx, rasterio, rio-tiler.

usage: titiler_client.py BASE MOSAIC ASSET  ->  JSON of what they would look at
"""
import io
import json
import sys

import httpx
import morecantile
import numpy
from rasterio.io import MemoryFile
from rio_tiler.io import Reader
from rio_tiler.mosaic import mosaic_reader

BASE, MOSAIC, ASSET = sys.argv[1:4]
client = httpx.Client(base_url=BASE, timeout=60)
said = {}


def get(path, **params):
    reply = client.get(path, params={"url": MOSAIC, **params})
    reply.raise_for_status()
    return reply


info = get("/mosaicjson/info").json()
tilejson = get("/mosaicjson/WebMercatorQuad/tilejson.json", tile_format="png", minzoom=0).json()
said["info"] = {"minzoom": info["mosaic_minzoom"], "bounds": info["bounds"], "name": info["name"]}
said["tilejson"] = {name: tilejson[name] for name in ("tilejson", "minzoom", "bounds", "scheme")}

# The middle of the mosaic, by the TileJSON's own template.
tms = morecantile.tms.get("WebMercatorQuad")
w, s, e, n = tilejson["bounds"]
tile = tms.tile((w + e) / 2 + 5, (s + n) / 2 + 10, 3)
template = tilejson["tiles"][0].replace("{z}", "3").replace("{x}", str(tile.x)).replace("{y}", str(tile.y))
reply = client.get(template)
said["tile"] = {"status": reply.status_code, "type": reply.headers["content-type"], "assets": reply.headers["x-assets"].count(",") + 1}
with MemoryFile(reply.content) as memory, memory.open() as dataset:
    picture = dataset.read()
    said["tile"]["shape"] = list(picture.shape)

# The exact values: as an array, as a GeoTIFF, and as rio-tiler reads the same files.
array = numpy.load(io.BytesIO(get(f"/mosaicjson/tiles/WebMercatorQuad/3/{tile.x}/{tile.y}.npy", tilesize=256).content))
with MemoryFile(get(f"/mosaicjson/tiles/WebMercatorQuad/3/{tile.x}/{tile.y}.tif", tilesize=256).content) as memory, memory.open() as dataset:
    said["tif"] = {"same": bool((dataset.read() == array).all()), "epsg": dataset.crs.to_epsg()}
assets = get(f"/mosaicjson/tiles/WebMercatorQuad/3/{tile.x}/{tile.y}/assets").json()


def read(asset, *args, **kwargs):
    with Reader(asset) as source:
        return source.tile(*args, **kwargs)


image, _ = mosaic_reader(assets, read, tile.x, tile.y, 3, tilesize=256, threads=0, allowed_exceptions=(Exception,))
own = numpy.concatenate([image.array.data, image.mask[None]])
difference = numpy.abs(array.astype(int) - own.astype(int)) * (own[-1:] > 0)
said["npy"] = {"shape": list(array.shape), "dtype": str(array.dtype), "mask_differs": int((array[-1] != own[-1]).sum()), "largest_difference": int(difference.max())}

point = client.get(f"/mosaicjson/point/{(w + e) / 2 + 5},{(s + n) / 2 + 10}", params={"url": MOSAIC}).json()
said["point"] = {"coordinates": point["coordinates"], "bands": point["assets"][0]["band_names"]}

# Single files.
cog = client.get("/cog/info", params={"url": ASSET}).json()
statistics = client.get("/cog/statistics", params={"url": ASSET}).json()
with Reader(ASSET) as source:
    expected = source.statistics()
    said["cog"] = {
        "info": {name: cog[name] for name in ("dtype", "count", "driver")},
        "expected": {"dtype": source.info().dtype, "count": source.info().count, "driver": source.info().driver},
        "means": [[band["mean"], expected[name].mean] for name, band in statistics.items()],
    }

# A polygon's statistics, and its picture, as GeoJSON is posted.
polygon = {"type": "Feature", "properties": {"name": "field"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 10], [20, 10], [20, 30], [0, 30], [0, 10]]]}}
feature = client.post("/mosaicjson/statistics", params={"url": MOSAIC, "max_size": 256}, json=polygon)
said["feature"] = {"status": feature.status_code, "name": feature.json()["properties"]["name"], "bands": list(feature.json()["properties"]["statistics"])}
wrong = client.get("/mosaicjson/info", params={"url": MOSAIC.replace(".json", "-absent.json")})
said["wrong"] = {"status": wrong.status_code, "detail": isinstance(wrong.json()["detail"], str)}
print(json.dumps(said))
