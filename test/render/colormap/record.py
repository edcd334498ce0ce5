"""Writes rio-tiler.expected.json: colours that rio-tiler 9.4.12 gives to values, and a digest of each of its tables.

    python test/render/colormap/record.py > test/render/colormap/rio-tiler.expected.json
"""

import hashlib
import json
import warnings

import numpy
from rio_tiler.colormap import cmap, parse_color
from rio_tiler.models import ImageData

warnings.filterwarnings("ignore")

VALUES = {
    "uint8": [0, 1, 2, 3, 4, 5, 127, 128, 254, 255],
    "int16": [0, 1, 2, 3, -1, 255, 256, 257, 400, -32768],
    "uint16": [0, 1, 2, 3, 255, 256, 300, 399, 400, 65535],
    "int32": [0, 1, 2, 3, -1, 255, 256, 100000, 400, 599],
    "float32": [0, 1, 2, 2.5, 0.1, 399.9, 400, 599.99, 600, 1000],
}
TABLE = {str(i): [i, 255 - i, 128, 255] for i in range(256)}
MAPS = {
    "values": {"1": "#ff0000", "2": [0, 255, 0, 255], "3": "#0000ff80", "255": "#abc", "-1": "#1234", "400": [9, 8, 7]},
    "table": TABLE,
    "intervals": [[[0, 2], [255, 0, 0, 255]], [[2, 400], [0, 255, 0, 128]], [[400, 600], "#0000ff"], [[0.05, 0.2], "#fff"]],
    "viridis": "viridis",
}


def load(value):
    if isinstance(value, str):
        return cmap.get(value)
    if isinstance(value, dict):
        return {int(key): parse_color(color) for key, color in value.items()}
    return [(tuple(interval), parse_color(color)) for interval, color in value]


cases = []
for name, value in MAPS.items():
    for dtype, values in VALUES.items():
        data = numpy.array([[values]], dtype=dtype)
        mask = numpy.zeros(data.shape, dtype=bool)
        mask[0, 0, 2] = True
        image = ImageData(numpy.ma.MaskedArray(data, mask=mask)).apply_colormap(load(value))
        colors = numpy.concatenate([image.array.data, image.alpha_mask[numpy.newaxis]])[:, 0, :].T
        cases.append({"map": name, "dtype": dtype, "colors": colors.tolist()})

tables = {}
for name in sorted(cmap.list()):
    table = cmap.get(name)
    flat = bytes(int(part) for i in range(256) for part in table[i])
    tables[name] = hashlib.sha256(flat).hexdigest()[:16]
print(json.dumps({"values": VALUES, "maps": MAPS, "cases": cases, "tables": tables}, separators=(",", ":")))
