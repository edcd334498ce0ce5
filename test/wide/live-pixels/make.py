"""Random pictures of random places as rio-tiler makes them.
usage: make.py OUT SEED COUNT FILE...   writes OUT.json (what was asked, and where in OUT.bin) and OUT.bin (values, then masks: 1 = no data)."""
import json
import random
import sys
import warnings

import numpy as np
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rio_tiler.io import Reader

warnings.simplefilter("ignore")
WARP = ["nearest", "bilinear", "cubic", "cubic_spline", "lanczos", "average", "mode", "max", "min", "med", "q1", "q3", "rms", "sum"]
READ = ["nearest", "bilinear", "cubic", "cubic_spline", "lanczos", "average", "rms"]
TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32"]
HALF = 20037508.342789244


def place(rnd, ds, crs):
    """A box of the target CRS and the side of its picture; None where the file has no good place there. How many of the file's pixels one is."""
    box = transform_bounds(ds.crs, crs, *ds.bounds, densify_pts=21)
    lon = transform_bounds(ds.crs, "EPSG:4326", *ds.bounds, densify_pts=21)
    if not np.isfinite(box).all() or lon[1] < -85 or lon[3] > 85 or lon[0] < -179.9 or lon[2] > 179.9:
        return None
    if crs in ("EPSG:32633", "EPSG:3035") and not (5 < lon[0] and lon[2] < 30 and 35 < lon[1] and lon[3] < 70):
        return None
    native = max((box[2] - box[0]) / ds.width, (box[3] - box[1]) / ds.height)
    ratio = rnd.choice([0.5, 1, 1, 2, 2, 4, rnd.uniform(0.3, 8)])
    size = rnd.choice([64, 100, 128, 256])
    x, y = rnd.uniform(box[0], box[2]), rnd.uniform(box[1], box[3])
    if crs == "EPSG:3857" and rnd.random() < 0.7:
        zoom = next(z for z in range(24) if 2 * HALF / 256 / 2**z <= native * ratio or z == 23)
        side = 2 * HALF / 2**zoom
        column, row = (x + HALF) // side, (HALF - y) // side
        return (-HALF + column * side, HALF - (row + 1) * side, -HALF + (column + 1) * side, HALF - row * side), 256, side / 256 / native
    half = native * ratio * size / 2
    box = (x - half, y - half, x + half, y + half)
    limit = transform_bounds(crs, "EPSG:4326", *box, densify_pts=21)
    if not np.isfinite(limit).all() or limit[0] < -179 or limit[2] > 179 or limit[1] < -85 or limit[3] > 85:
        return None
    return box, size, ratio


def picture(rnd, reader):
    ds = reader.dataset
    if not ds.crs or not ds.crs.to_epsg() or ds.dtypes[0] not in TYPES or (ds.compression and ds.compression.name in ("jpeg", "webp")):
        return None
    if isinstance(ds, WarpedVRT) or ds.transform.b != 0 or ds.transform.e > 0:  # ground control points; rotated; south-up
        return None
    own = f"EPSG:{ds.crs.to_epsg()}"
    crs = rnd.choice(["EPSG:3857", "EPSG:3857", "EPSG:4326", "EPSG:32633", "EPSG:3035", own])
    found = place(rnd, ds, crs)
    if not found:
        return None
    box, size, ratio = found
    colours = [i + 1 for i, c in enumerate(ds.colorinterp) if c.name != "alpha"]
    bands = [rnd.choice(colours)] if rnd.random() < 0.4 else rnd.sample(colours, 3) if len(colours) > 4 else None
    plain = rnd.random() < 0.4
    asked = dict(reproject="nearest" if plain else rnd.choice(WARP), resampling="nearest" if plain else rnd.choice(READ))
    try:
        image = reader.part(box, bounds_crs=crs, dst_crs=crs, width=size, height=size, indexes=bands,
                            reproject_method=asked["reproject"], resampling_method=asked["resampling"])
    except Exception as error:
        if "outside" in str(error) or "overlap" in str(error):
            return None
        raise
    mask = np.broadcast_to(np.ma.getmaskarray(image.array), image.array.shape).astype("u1")
    return dict(asked, crs=crs, bbox=box, size=size, bands=bands, ratio=ratio, dtype=str(image.array.dtype), count=len(mask)), \
        np.ascontiguousarray(image.array.data).tobytes() + mask.tobytes()


def main():
    out, seed, count, *files = sys.argv[1:]
    rnd = random.Random(seed)
    cases, at = [], 0
    with open(out + ".bin", "wb") as pixels:
        for _ in range(int(count) * 20):
            path = rnd.choice(files)
            with Reader(path) as reader:
                made = picture(rnd, reader)
            if made:
                cases.append(dict(made[0], file=path, at=at))
                at += pixels.write(made[1])
            if len(cases) == int(count):
                break
    with open(out + ".json", "w") as f:
        json.dump(cases, f)


main()
