"""Writes a database as cogeo-mosaic 9.2 does: python record-cogeo-sqlite.py cogeo.db

    python -m venv v && v/bin/pip install cogeo-mosaic==9.2.0
"""

import sys

from cogeo_mosaic.backends import MosaicBackend
from cogeo_mosaic.mosaic import MosaicJSON

mosaic = MosaicJSON(
    mosaicjson="0.0.3",
    name="fields",
    version="1.0.3",
    minzoom=3,
    maxzoom=9,
    quadkey_zoom=3,
    bounds=(-45, 0, 45, 60),
    asset_prefix="https://host/",
    attribution="someone",
    tiles={"033": ["a.tif"], "122": ["a.tif", "b.tif"], "300": ["c.tif"]},
)
with MosaicBackend(f"sqlite:///{sys.argv[1]}:fields", mosaic_def=mosaic) as backend:
    backend.write()
