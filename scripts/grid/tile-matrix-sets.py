"""Writes src/grid/tile-matrix-sets.json from morecantile's definitions (MIT, Copyright (c) 2020 Development Seed).
usage: pip install morecantile==7.1.0 && python scripts/grid/tile-matrix-sets.py > src/grid/tile-matrix-sets.json"""
import json
import os
import sys

import morecantile

folder = os.path.join(os.path.dirname(morecantile.__file__), "data")
sets = {}
for name in sorted(f for f in os.listdir(folder) if f.endswith(".json")):
    with open(os.path.join(folder, name)) as f:
        tms = json.load(f)
    for matrix in tms["tileMatrices"]:
        matrix.setdefault("cornerOfOrigin", "topLeft")
    sets[tms["id"]] = tms
sys.stdout.write("{\n" + ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in sets.items()) + "\n}\n")
