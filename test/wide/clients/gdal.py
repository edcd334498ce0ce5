"""GDAL's WMTS and TMS drivers, as QGIS uses them, read the mosaic through the server.

usage: gdal.py BASE MOSAIC Z X Y  ->  JSON: what each driver says of the layer, and the samples of one tile as it gives them
"""
import base64
import json
import sys
import zlib
from urllib.parse import quote

import rasterio
from rasterio.enums import ColorInterp
from rasterio.windows import Window

BASE, MOSAIC, Z, X, Y = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
SIDE = 256
QUERY = f"url={quote(MOSAIC, safe='')}"
HALF = 20037508.342789244


def described(dataset, samples):
    return {
        "epsg": dataset.crs.to_epsg(),
        "bands": dataset.count,
        "resolution": dataset.res[0],
        "bounds": list(dataset.bounds),
        "overviews": len(dataset.overviews(1)),
        "alpha": dataset.colorinterp[-1] == ColorInterp.alpha,
        "shape": list(samples.shape),
        "samples": base64.b64encode(zlib.compress(samples.tobytes())).decode(),
    }


def window_of(dataset):
    """The tile's pixels at its own zoom: the data set's resolution may be a finer zoom's."""
    left, top = -HALF + X * 2 * HALF / 2**Z, HALF - Y * 2 * HALF / 2**Z
    size = 2 * HALF / 2**Z / dataset.res[0]
    col, row = (left - dataset.transform.c) / dataset.res[0], (dataset.transform.f - top) / dataset.res[0]
    return Window(round(col), round(row), round(size), round(size))


def read(address):
    with rasterio.open(address) as dataset:
        samples = dataset.read(window=window_of(dataset), out_shape=(dataset.count, SIDE, SIDE))
        return described(dataset, samples)


def wmts():
    capabilities = f"{BASE}/mosaic/WMTSCapabilities.xml?{QUERY}"
    with rasterio.open(f"WMTS:{capabilities}") as catalogue:
        layers = catalogue.subdatasets
    mercator = next(layer for layer in layers if "WebMercatorQuad" in layer) if layers else f"WMTS:{capabilities}"
    return {"layers": len(layers), **read(mercator)}


def tms():
    return read(
        f"""<GDAL_WMS>
  <Service name="TMS"><ServerUrl>{BASE}/mosaic/tiles/WebMercatorQuad/${{z}}/${{x}}/${{y}}.png?{QUERY}</ServerUrl></Service>
  <DataWindow>
    <UpperLeftX>{-HALF}</UpperLeftX><UpperLeftY>{HALF}</UpperLeftY><LowerRightX>{HALF}</LowerRightX><LowerRightY>{-HALF}</LowerRightY>
    <TileLevel>{Z}</TileLevel><TileCountX>1</TileCountX><TileCountY>1</TileCountY><YOrigin>top</YOrigin>
  </DataWindow>
  <Projection>EPSG:3857</Projection><BlockSizeX>{SIDE}</BlockSizeX><BlockSizeY>{SIDE}</BlockSizeY>
  <BandsCount>4</BandsCount><ZeroBlockHttpCodes>204,404</ZeroBlockHttpCodes>
</GDAL_WMS>"""
    )


with rasterio.Env(GDAL_HTTP_MAX_RETRY="0"):
    print(json.dumps({"wmts": wmts(), "tms": tms()}))
