"""Writes color-operations.expected.json: what rio-tiler 9.4.12 with color-operations 0.4.0 (rio-color's heir) makes of formulas.

    python test/render/color-formula/record.py > test/render/color-formula/color-operations.expected.json
"""

import json

import numpy
from rio_tiler.models import ImageData

RANDOM = numpy.random.default_rng(7)
INPUTS = {
    "uint8": RANDOM.integers(0, 256, (3, 8, 16)).astype("uint8"),
    "uint16": RANDOM.integers(0, 65536, (3, 8, 16)).astype("uint16"),
    "int16": RANDOM.integers(-2000, 32768, (3, 8, 16)).astype("int16"),
    "int32": RANDOM.integers(-(2**31), 2**31, (3, 8, 16)).astype("int32"),
}
INPUTS["uint8"][:, 0, 0] = 0
INPUTS["uint8"][:, 0, 1] = 255
FORMULAS = [
    "gamma rgb 1.4",
    "gamma R 0.5",
    "gamma 13 2.2",
    "sigmoidal rgb 6 0.4",
    "sigmoidal g 20 0",
    "sigmoidal b 0 0.5",
    "sigmoidal rgb -5 0.5",
    "saturation 1.3",
    "saturation 0",
    "saturation 3.5",
    "gamma rg 1.2, sigmoidal rgb 4 0.5, saturation 0.8",
    "saturation 1.2 gamma b 1.1 gamma b 1.1",
]

cases = []
for dtype, data in INPUTS.items():
    for formula in FORMULAS:
        image = ImageData(numpy.ma.MaskedArray(data.copy(), mask=False))
        image.apply_color_formula(formula)
        cases.append({"dtype": dtype, "formula": formula, "values": [band.ravel().tolist() for band in image.array.data]})
inputs = {name: [band.ravel().tolist() for band in data] for name, data in INPUTS.items()}
print(json.dumps({"inputs": inputs, "cases": cases}, separators=(",", ":")).replace('{"dtype"', '\n{"dtype"'))
