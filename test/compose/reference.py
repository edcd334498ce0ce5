"""Expected arrays of the pixel selections, by rio-tiler 9.4.12 with numpy 2.4:

    python test/compose/reference.py

Writes selections.expected.json. Values that JSON cannot say are strings (NaN). Masks are numpy's: 1 is masked.
"""
import json
import pathlib

import numpy as np
from rio_tiler.mosaic.methods import defaults

W, H = 8, 6
rng = np.random.default_rng(11)
METHODS = {"highest": "HighestMethod", "lowest": "LowestMethod", "mean": "MeanMethod", "median": "MedianMethod",
           "stdev": "StdevMethod", "lastbandlow": "LastBandLowMethod", "lastbandhigh": "LastBandHighMethod", "count": "CountMethod"}


def flat(array):
    return [band.ravel().tolist() for band in array]


def picture(dtype, bands, shared):
    if np.dtype(dtype).kind == "f":
        v = rng.uniform(-50, 300, (bands, H, W)).astype(dtype)
    else:
        i = np.iinfo(dtype)
        v = rng.integers(i.min, i.max, (bands, H, W), endpoint=True).astype(dtype)
        v[0, 0, :2] = [i.min, i.max]
    m = rng.random((1 if shared else bands, H, W)) < 0.4
    m[:, 5, :] = True  # nobody has these
    return np.ma.MaskedArray(v, mask=np.repeat(m, bands, 0) if shared else m)


def image(a):
    mask = np.broadcast_to(np.ma.getmaskarray(a), a.shape)
    return {"dtype": str(a.dtype), "values": flat(a.data), "masked": flat(mask.astype(int))}


cases = []
for name, dtypes, shared in [
    ("uint8, one mask", ["uint8"] * 5, [True] * 5),
    ("uint8, a mask a band", ["uint8"] * 4, [False] * 4),
    ("int16, both", ["int16"] * 4, [True, False, True, False]),
    ("uint16, alone", ["uint16"], [True]),
    ("int32, many", ["int32"] * 11, [True] * 11),
    ("uint32", ["uint32"] * 3, [True] * 3),
    ("float32", ["float32"] * 6, [False] * 6),
    ("float64", ["float64"] * 3, [True] * 3),
]:
    fed = [picture(dtype, 3, s) for dtype, s in zip(dtypes, shared)]
    images = [{**image(a), "shared": s} for a, s in zip(fed, shared)]
    results = {}
    for method, cls in METHODS.items():
        m = getattr(defaults, cls)()
        for a in fed:
            m.feed(a.copy())
        data = m.data
        results[method] = image(data if data.ndim == 3 else data[None])
    cases.append({"name": name, "images": images, "results": results})
here = pathlib.Path(__file__).parent
(here / "selections.expected.json").write_text(json.dumps({"width": W, "height": H, "cases": cases}, separators=(",", ":")) + "\n")
