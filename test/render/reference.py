"""Expected arrays of the tests of compose, render and encode, by rio-tiler 9.4.12 with numpy 2.4:

    python test/render/reference.py

Writes test/compose/first.expected.json, test/render/rescale.expected.json and test/encode/npy.expected.json. Values that JSON cannot
say are strings (NaN). Masks are numpy's: 1 is masked.
"""
import base64
import json
import math
import pathlib
import warnings

import numpy as np
from rio_tiler.models import ImageData, rescale_image
from rio_tiler.mosaic.methods.defaults import FirstMethod
from rio_tiler.utils import render

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
W, H = 8, 6
rng = np.random.default_rng(7)


def flat(array):
    return [[("NaN" if isinstance(v, float) and math.isnan(v) else v) for v in band.ravel().tolist()] for band in array]


def values(dtype, bands):
    if np.dtype(dtype).kind == "f":
        v = rng.uniform(-50, 300, (bands, H, W)).astype(dtype)
        v[0, 0, :3] = [-3e38, 3e38, 254.99999]
        return v
    i = np.iinfo(dtype)
    v = rng.integers(i.min, i.max, (bands, H, W), endpoint=True).astype(dtype)
    v[0, 0, :2] = [i.min, i.max]
    return v


def masks(bands, shared):
    m = rng.random((1 if shared else bands, H, W)) < 0.3
    return np.repeat(m, bands, 0) if shared else m


def picture(dtype, bands, shared):
    v, m = values(dtype, bands), masks(bands, shared)
    if np.dtype(dtype).kind == "f":
        v[m] = np.nan
    return np.ma.MaskedArray(v, mask=m)


def image(a):
    return {"dtype": str(a.dtype), "values": flat(a.data), "masked": flat(a.mask.astype(int))}


def save(name, cases):
    (HERE / name).write_text(json.dumps({"width": W, "height": H, "cases": cases}, separators=(",", ":")) + "\n")


RANGES = {"uint8": (0, 255), "int8": (-128, 127), "uint16": (0, 65535), "int16": (-32768, 32767), "uint32": (0, 2**32 - 1),
          "int32": (-2**31, 2**31 - 1), "float32": (float(np.finfo("float32").min), float(np.finfo("float32").max))}

rescaled = []
for dtype, ranges in [
    ("uint8", [(10, 200)]), ("uint8", [(0, 255), (50, 60), (100, 300)]), ("uint8", [(100, 100)]), ("uint8", [(200, 100)]),
    ("int8", [(-100, 100)]), ("uint16", [(1000, 40000.5)]), ("int16", [(-2000, 2000), (0, 1), (-32768, 32767)]),
    ("uint32", [(0, 4e9)]), ("int32", [(-1e9, 1e9)]), ("float32", [(0, 255)]), ("float32", [(-0.5, 0.1), (0, 100), (250, 260)]),
    ("float64", [(0, 255)]),
]:
    a = picture(dtype, 3, False)
    rescaled.append({"name": f"{dtype} {ranges}", "ranges": ranges, **image(a), "expected": flat(rescale_image(a.copy(), ranges).data)})
# The automatic stretch is that of the type's range; masked is what no band is valid in (the mask by row of titiler is not copied).
stretched = []
for dtype, span in [*RANGES.items()][1:]:  # uint8 is left as it is
    a = picture(dtype, 3, False)
    merged = np.ma.MaskedArray(np.nan_to_num(a.data) if np.dtype(dtype).kind == "f" else a.data,
                               mask=np.repeat(a.mask.all(0)[None], 3, 0))
    stretched.append({"name": dtype, **image(merged), "expected": flat(rescale_image(merged.copy(), [span]).data)})
save("rescale.expected.json", {"rescale": rescaled, "stretch": stretched})

saved = []
for dtype in [*RANGES, "float64"]:
    for add_mask in (True, False):
        a = picture(dtype, 2, False)
        a.data[a.mask] = 0
        im = ImageData(a)
        body = render(im.data, im.mask if add_mask else None, img_format="NPY")
        saved.append({"name": f"{dtype}{' with mask' if add_mask else ''}", "mask": add_mask, **image(a),
                      "expected": base64.b64encode(body).decode()})
save("../encode/npy.expected.json", saved)

fed = []
for name, dtypes, shared in [
    ("masks of all bands", ["uint8"] * 3, [True] * 3), ("masks by band", ["uint8"] * 3, [False] * 3),
    ("masks of all bands, then by band", ["int16"] * 3, [True, False, True]),
    ("masks by band, then of all bands", ["float32"] * 3, [False, True, False]),
    ("uint8, then uint16", ["uint8", "uint16"], [True, True]), ("int16, then float32", ["int16", "float32"], [False, False]),
    ("uint16, then int16", ["uint16", "int16"], [True, False]), ("uint8, then int8", ["uint8", "int8"], [True, True]),
    ("int32, then float32", ["int32", "float32"], [True, True]), ("six of them", ["uint16"] * 6, [False] * 6),
]:
    method, images, full = FirstMethod(), [], []
    for dtype, s in zip(dtypes, shared):
        a = picture(dtype, 3, s)
        a.data[a.mask] = 7
        images.append({**image(a), "shared": s})
        method.feed(a.copy())
        full.append(bool(method.is_done))
    fed.append({"name": name, "images": images, "full": full, **image(method.data)})
save("../compose/first.expected.json", fed)
