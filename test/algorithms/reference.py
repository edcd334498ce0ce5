"""Expected arrays of the algorithms, by titiler.core 2.4 with numpy 2.4:

    python test/algorithms/reference.py

Writes algorithms.expected.json. Values that are not compared, and those that JSON cannot say, are 0. Masks are numpy's: 1 is masked.
"""
import json
import pathlib
import warnings

import numpy as np
from rio_tiler.models import ImageData
from titiler.core.algorithm import algorithms

warnings.filterwarnings("ignore")
W, H = 16, 12
rng = np.random.default_rng(5)


def image(a):
    mask = np.broadcast_to(np.ma.getmaskarray(a), a.shape)
    data = np.where(mask, 0, a.data)
    return {"dtype": str(a.dtype), "values": [b.ravel().tolist() for b in data], "masked": [b.ravel().astype(int).tolist() for b in mask],
            "width": a.shape[2], "height": a.shape[1]}


def heights(dtype, bands=1, holes=True):
    y, x = np.mgrid[0:H, 0:W]
    v = np.stack([300 + 40 * np.sin(x / 3 + b) + 25 * np.cos(y / 2) + rng.uniform(0, 9, (H, W)) for b in range(bands)]).astype(dtype)
    m = (rng.random((bands, H, W)) < 0.06) if holes else np.zeros((bands, H, W), bool)
    return np.ma.MaskedArray(v, mask=m)


def spectral(dtype, bands):
    top = 255 if np.dtype(dtype) == np.uint8 else 3000
    v = rng.uniform(0, top, (bands, H, W)).astype(dtype)
    v[:, 0, 0] = 0
    return np.ma.MaskedArray(v, mask=rng.random((bands, H, W)) < 0.2)


cases = []
for name, params, data in [
    ("hillshade", {}, heights("int16")), ("hillshade", {"azimuth": 300, "angle_altitude": 20, "buffer": 0}, heights("float32")),
    ("hillshade", {"z_exaggeration": 0.1, "buffer": 1}, heights("float64", holes=False)),
    ("slope", {}, heights("float32")), ("slope", {"buffer": 0, "z_exaggeration": 5}, heights("int16")),
    ("contours", {}, heights("int16")), ("contours", {"increment": 20, "thickness": 5, "minz": 200, "maxz": 400}, heights("float32")),
    ("contours", {"increment": 0}, heights("float32")), ("contours", {"increment": 7}, (heights("int16") - 330).astype("int16")),
    ("normalizedIndex", {}, spectral("uint16", 2)), ("normalizedIndex", {}, spectral("float32", 3)),
    ("terrarium", {}, heights("int16")), ("terrarium", {}, heights("float32")), ("terrarium", {"nodata_height": -5}, heights("float64")),
    ("terrainrgb", {}, heights("int16")), ("terrainrgb", {"interval": 0.5, "baseval": -500}, heights("float32")),
    ("terrainrgb", {"nodata_height": 12.34}, heights("float64")),
    ("cast", {}, spectral("float32", 2)), ("ceil", {}, heights("float32", 2) - 200), ("floor", {}, heights("float64", 2) - 200),
    ("grayscale", {}, spectral("uint8", 3)), ("grayscale", {}, spectral("uint16", 4)),
    ("bitonal", {}, spectral("uint8", 3)), ("bitonal", {}, spectral("uint8", 1)),
    *[(name, {}, spectral(dtype, bands)) for name in ("min", "max", "median", "mean", "std", "var", "sum")
      for dtype, bands in (("uint16", 4), ("float32", 3), ("uint8", 1))],
    ("sum", {}, heights("int16", 3)),
]:
    source = ImageData(data, crs="epsg:3857", bounds=(1000, 2000, 1000 + 30 * W, 2000 + 30 * H))
    result = algorithms.get(name)(**params)(source)
    b = result.bounds
    cases.append({"name": name, "params": params, "input": image(data), "bounds": [b.left, b.bottom, b.right, b.top], "output": image(result.array)})
here = pathlib.Path(__file__).parent
(here / "algorithms.expected.json").write_text(json.dumps({"width": W, "height": H, "cases": cases}, separators=(",", ":")) + "\n")
