"""What GDAL reads of a folder of TIFFs, as compact JSON: the expectations of `npm run formats` and of test/wide/formats.test.ts.

  python scripts/formats/expect.py ../shared/data/tiffs > test/formats/expected.json     (rasterio 1.4.4, GDAL 3.10.3)

A file: size, type, affine transform, corners and centre in WGS 84 degrees, sizes of the overviews, and of each band the first 16 digits of
the SHA-1 of its samples (little-endian, row by row; 64-bit integers as float64), with 64 samples spread over it for what is lossy. Of pictures
above 16 MiB only the upper left 512 x 512 pixels are read. Or `error`, where GDAL does not open the file or cannot read it.
"""
import base64
import hashlib
import json
import math
import os
import pathlib
import sys
import warnings

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.warp import transform as warp_points
from rasterio.windows import Window

warnings.simplefilter("ignore", NotGeoreferencedWarning)
os.environ["PROJ_NETWORK"] = "OFF"
LIMIT = 16 * 2**20
SPREAD = 64


def number(value):
    """JSON has no NaN."""
    return None if value is None else value if math.isfinite(value) else str(value)


def samples_of(band):
    if band.dtype in (np.int64, np.uint64):
        as_float = band.astype(np.float64)
        exact = bool(np.all(np.array([int(v) for v in as_float.ravel()], dtype=object) == band.astype(object).ravel()))
        return as_float, exact
    return band, True


def describe(path):
    with rasterio.open(path, driver="GTiff") as ds:
        size = ds.width * ds.height * ds.count * np.dtype(ds.dtypes[0]).itemsize
        window = None if size <= LIMIT else Window(0, 0, min(512, ds.width), min(512, ds.height))
        bands, exact = [], True
        for bidx in ds.indexes:
            data, ok = samples_of(ds.read(bidx, window=window))
            exact = exact and ok
            flat = np.ascontiguousarray(data).ravel()
            spread = flat[[(i * (flat.size - 1)) // (SPREAD - 1) for i in range(SPREAD)]]
            # One pattern for all NaNs.
            if flat.dtype.kind == "f":
                flat = np.where(np.isnan(flat), np.array(np.nan, flat.dtype), flat)
            bands.append(
                {
                    "sha1": hashlib.sha1(flat.astype(flat.dtype.newbyteorder("<")).tobytes()).hexdigest()[:16],
                    "spread": base64.b64encode(spread.astype("<f4").tobytes()).decode(),
                }
            )
        places = None
        gcps, gcp_crs = ds.gcps
        identity = ds.transform == rasterio.Affine.identity()
        if ds.crs and not identity:
            points = [(0, 0), (ds.width, 0), (0, ds.height), (ds.width, ds.height), (ds.width / 2, ds.height / 2)]
            xs, ys = zip(*(ds.transform * p for p in points))
            try:
                lon, lat = warp_points(ds.crs, "EPSG:4326", xs, ys)
                places = [[number(a), number(b)] for a, b in zip(lon, lat)]
            except Exception:
                places = None
        compression = ds.tags(ns="IMAGE_STRUCTURE").get("COMPRESSION", "NONE")
        lossy = "JPEG" in compression or compression in ("WEBP", "JXL")
        return {
            "width": ds.width,
            "height": ds.height,
            "count": ds.count,
            "dtype": ds.dtypes[0],
            "compression": compression,
            "nodata": number(ds.nodata),
            "transform": list(ds.transform)[:6],
            "gcps": len(gcps),
            "epsg": ds.crs.to_epsg() if ds.crs else None,
            "crs": bool(ds.crs),
            "places": places,
            "overviews": ds.overviews(1),
            "exact": exact,
            "read": [window.width, window.height] if window else [ds.width, ds.height],
            "bands": [b if lossy else {"sha1": b["sha1"]} for b in bands],
        }


def main(folder):
    files = {}
    for path in sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix in (".tif", ".tiff")):
        try:
            files[path.relative_to(folder).as_posix()] = describe(path)
        except Exception as error:
            files[path.relative_to(folder).as_posix()] = {"error": str(error).replace(str(folder), "")[:160]}
    versions = {"rasterio": rasterio.__version__, "gdal": rasterio.__gdal_version__}
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in files.items())
    print(f'{{\n  "versions": {json.dumps(versions)},\n  "files": {{\n{rows}\n  }}\n}}')


main(sys.argv[1])
