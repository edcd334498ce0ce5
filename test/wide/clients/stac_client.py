"""pystac-client searches an API, and the items that it finds are shown by the server.

usage: stac_client.py BASE API COLLECTION  ->  JSON
"""
import json
import sys

import httpx
from pystac_client import Client

BASE, API, COLLECTION = sys.argv[1:4]
http = httpx.Client(base_url=BASE, timeout=60)
search = Client.open(API).search(collections=[COLLECTION], max_items=20, sortby="id")
items = list(search.items())
item = items[0]
href = item.get_self_href()


def get(path, **params):
    reply = http.get(path, params=params)
    assert reply.is_success, f'{reply.status_code} {reply.text}'
    return reply


mosaic = f"stac+{API}/search"
query = {
    "url": mosaic,
    "search": json.dumps({"collections": [COLLECTION], "sortby": [{"field": "id", "direction": "asc"}]}),
    "stac_minzoom": 5,
    "stac_maxzoom": 8,
    "accessor": "assets.data.href",
}
bbox = ",".join(map(str, item.bbox))
print(
    json.dumps(
        {
            "items": [each.id for each in items],
            "hrefs": [each.assets["data"].href for each in items],
            "info": {"bounds": get("/stac/info", url=href, assets="data").json()["data"]["bounds"], "bbox": item.bbox},
            "assets": get("/stac/assets", url=href).json(),
            "preview": get("/stac/preview.png", url=href, assets="data").headers["content-type"],
            "mosaic": get(f"/mosaic/bbox/{bbox}/assets", **query).json(),
            "minzoom": get("/mosaic/info", **query).json()["mosaic_minzoom"],
        }
    )
)
