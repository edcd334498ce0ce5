"""Writes src/render/colormap/colormaps.json from the tables of rio-tiler (BSD-3-Clause), by one run of

    pip install rio-tiler==9.4.12 && python scripts/colormaps/make.py

Each table is 256 colours of three bytes, all opaque: planes of red, green and blue, each the differences of neighbours modulo 256, all
tables one after the other in the order of their names, deflated, base64. Where the tables come from: src/render/colormap/LICENSES.md.
"""

import base64
import json
import pathlib
import zlib

import numpy
import rio_tiler

TARGET = pathlib.Path(__file__).parents[2] / "src/render/colormap/colormaps.json"


def main():
    tables = {file.stem: numpy.load(file) for file in sorted((pathlib.Path(rio_tiler.__file__).parent / "cmap_data").glob("*.npy"))}
    planes = b""
    for name, table in sorted(tables.items()):
        assert table.shape == (256, 4) and (table[:, 3] == 255).all(), name
        differences = numpy.diff(table[:, :3].astype("int16"), axis=0, prepend=numpy.zeros((1, 3), "int16"))
        planes += differences.astype("uint8").T.tobytes()
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(planes) + deflate.flush()
    document = {
        "source": f"rio-tiler {rio_tiler.__version__}, by scripts/colormaps/make.py",
        "names": sorted(tables),
        "data": base64.b64encode(packed).decode(),
    }
    TARGET.write_text(json.dumps(document) + "\n")


main()
