"""cogeo-mosaic's side of the exchange: cogeo.py read|write|update ADDRESS, with JSON on stdin and stdout.

read    prints what it makes of the mosaic: members, quadkeys and the assets of each
write   writes the document on stdin
update  adds a feature (asset new.tif, a box) as its own `update` does
"""

import json
import os
import sys

from cogeo_mosaic.backends import MosaicBackend
from cogeo_mosaic.mosaic import MosaicJSON

# Its caches are for a server.
os.environ["COGEO_MOSAIC_CACHE_TTL"] = "0"


def read(address):
    with MosaicBackend(address) as mosaic:
        # None is how it has what is absent.
        members = mosaic.mosaic_def.model_dump(exclude={"tiles"}, exclude_none=True)
        keys = list(mosaic._quadkeys)
        assets = {}
        for key in keys:
            tile = mosaic.tms.quadkey_to_tile(key) if key else (0, 0, 0)
            assets[key] = mosaic.get_assets(*tile)
        return {"members": members, "tiles": dict(sorted(assets.items()))}


def write(address):
    with MosaicBackend(address, mosaic_def=MosaicJSON(**json.load(sys.stdin))) as mosaic:
        mosaic.write(overwrite=True)


def update(address):
    west, south, east, north = 1, 1, 2, 2
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = {
        "type": "Feature",
        "properties": {"path": "new.tif"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    with MosaicBackend(address) as mosaic:
        mosaic.update([feature], quiet=True)


command, address = sys.argv[1:]
try:
    result = {"read": read, "write": write, "update": update}[command](address)
    # Numbers of DynamoDB are Decimals.
    print(json.dumps(result, default=lambda number: int(number) if number == int(number) else float(number)))
except Exception as error:  # noqa: BLE001 - the caller looks at what it says
    print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
