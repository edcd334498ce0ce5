"""Records what cogeo-mosaic makes of features: python record-create.py > cogeo-create.json  (cogeo-mosaic 9.2.1)"""

import json
import random
import warnings

from cogeo_mosaic.mosaic import MosaicJSON

warnings.simplefilter("ignore")
rng = random.Random(5)


def box(x, y, w, h, i):
    ring = [[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]]
    return {"type": "Feature", "properties": {"path": f"{i}.tif"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def slanted(x, y, w, h, i):
    ring = [[x, y + h / 3], [x + w * 0.8, y], [x + w, y + h * 0.6], [x + w * 0.3, y + h], [x, y + h / 3]]
    return {"type": "Feature", "properties": {"path": f"{i}.tif"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def scattered(make, count):
    return [make(rng.uniform(-20, 20), rng.uniform(30, 60), rng.uniform(0.2, 3), rng.uniform(0.2, 3), i) for i in range(count)]


CASES = {
    "boxes": (scattered(box, 20), 7, 12, {}),
    "slanted": (scattered(slanted, 20), 7, 12, {}),
    "quadkey_zoom": (scattered(box, 10), 7, 12, {"quadkey_zoom": 9}),
    "prefix": (scattered(box, 3), 7, 12, {"asset_prefix": "1"}),
    "minimum_tile_cover": (scattered(box, 20), 7, 12, {"minimum_tile_cover": 0.1}),
    "tile_cover_sort": (scattered(box, 20), 6, 12, {"tile_cover_sort": True}),
    "maximum_items_per_tile": (scattered(box, 20), 5, 12, {"maximum_items_per_tile": 2}),
}


def record(features, minzoom, maxzoom, options):
    made = MosaicJSON.from_features(features, minzoom, maxzoom, **options)
    return {"features": features, "minzoom": minzoom, "maxzoom": maxzoom, "options": options, "mosaic": made.model_dump(exclude_none=True)}


print(json.dumps({name: record(*case) for name, case in CASES.items()}))
