#!/usr/bin/env bash
# STAC API: stac-fastapi-pgstac on Debian's PostgreSQL and PostGIS, with transactions, on loopback only. The printed pid stops both.
#   stac.sh install
#   stac.sh start PORT                  API on PORT, PostgreSQL on PORT+1
. "$(dirname "$0")/lib.sh"
pg_bin() { find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1; }
case ${1-} in
  install)
    if [ ! -x "$(pg_bin)/postgres" ] || ! ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then
      major=$(apt-cache depends postgresql 2>/dev/null | grep -oP 'postgresql-\K[0-9]+' | head -1) || true
      if [ -z "$major" ]; then apt-get update -qq; major=$(apt-cache depends postgresql | grep -oP 'postgresql-\K[0-9]+' | head -1); fi
      apt_install "postgresql-$major-postgis-3"
    fi
    [ -x "$home/bin/uvicorn" ] || pip_install "$home" 'stac-fastapi-pgstac==7.2.0' 'pypgstac[psycopg]==0.10.0' 'uvicorn==0.54.0' ;;
  run) # the process behind `start`
    port=${2:?port}; bin=$(pg_bin); data=$(mktemp -d "${TMPDIR:-/tmp}/smalti-pg-XXXXXX")
    export PGHOST=127.0.0.1 PGPORT=$((port + 1)) PGUSER=postgres PGPASSWORD=none PGDATABASE=postgres
    as=(); if [ "$(id -u)" = 0 ]; then chown postgres "$data"; as=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi
    cd "$data"
    "${as[@]}" "$bin/initdb" -D "$data/db" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync
    "${as[@]}" "$bin/postgres" -D "$data/db" -h 127.0.0.1 -p "$PGPORT" -k '' -c fsync=off -c synchronous_commit=off -c full_page_writes=off &
    db=$!; api=
    stop() { trap - EXIT TERM INT; [ -z "$api" ] || kill "$api" 2>/dev/null || true; [ -z "$api" ] || wait "$api" || true; kill -INT "$db" 2>/dev/null || true; wait "$db" || true; rm -rf "$data"; exit 0; }
    trap stop EXIT TERM INT
    for _ in $(seq 100); do "$bin/pg_isready" -q && break; sleep 0.1; done
    "$home/bin/pypgstac" migrate
    ENABLE_TRANSACTIONS_EXTENSIONS=TRUE "$home/bin/python" -m uvicorn --factory stac_fastapi.pgstac.app:create_app --host 127.0.0.1 --port "$port" --log-level warning &
    api=$!; wait "$api" ;;
  start) port=${2:?port}; launch "$port" "http://127.0.0.1:$port/_mgmt/ping" bash "$(cd "$(dirname "$0")" && pwd)/stac.sh" run "$port" ;;
  *) die 'usage: stac.sh install | start PORT' ;;
esac
