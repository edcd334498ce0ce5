#!/usr/bin/env bash
# The peer of `npm run bench`: titiler with the GDAL settings that its documentation advises for production.
#   bash bench/peer.sh install            into ${BENCH_PEER:-.cache/peer}, from PyPI; needs python3 with venv, about 600 MB
#   bash bench/peer.sh serve PORT WORKERS until it is ended
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${BENCH_PEER:-.cache/peer}
wanted='titiler.application==2.4.0 titiler.mosaic==2.4.0 cogeo-mosaic==9.2.0 rio-tiler==9.4.12 rasterio==1.4.4 uvicorn httptools uvloop'
case "${1:-}" in
  install)
    mkdir -p "$folder"
    [ -x "$folder/v/bin/python" ] || python3 -m venv "$folder/v"
    # shellcheck disable=SC2086 # a word a requirement
    "$folder/v/bin/pip" install --quiet --disable-pip-version-check $wanted
    ;;
  serve)
    export GDAL_CACHEMAX=200 GDAL_DISABLE_READDIR_ON_OPEN=EMPTY_DIR GDAL_INGESTED_BYTES_AT_OPEN=32768 \
      GDAL_HTTP_MERGE_CONSECUTIVE_RANGES=YES GDAL_HTTP_MULTIPLEX=YES GDAL_HTTP_VERSION=2 VSI_CACHE=TRUE VSI_CACHE_SIZE=5000000 \
      CPL_VSIL_CURL_ALLOWED_EXTENSIONS='.tif,.TIF,.tiff' PYTHONWARNINGS=ignore
    exec "$folder/v/bin/uvicorn" titiler.application.main:app --host 127.0.0.1 --port "${2:?port}" --workers "${3:?workers}" --log-level warning
    ;;
  *) sed -n 2,4p "$0" >&2; exit 2 ;;
esac
