#!/usr/bin/env bash
# nginx from Debian, on loopback only. The printed pid stops it.
#   nginx.sh install
#   nginx.sh files PORT FOLDER            serves FOLDER by byte ranges, with ETags
#   nginx.sh cache PORT UPSTREAM_PORT     docker/nginx.conf, the cache of the compose file, in front of a server on UPSTREAM_PORT
#   nginx.sh check FILE                   nginx -t of docker/nginx.conf or docker/files.conf
. "$(dirname "$0")/lib.sh"
configs=$(cd "$(dirname "$0")/../../docker" && pwd)

# local_config FILE FOLDER PORT UPSTREAM_PORT SERVED: a file of docker/ with its names replaced by loopback addresses and folders of this run
local_config() {
  mkdir -p "$2"
  sed -e "s#listen 8080#listen 127.0.0.1:$3#" -e "s#smalti:8000#127.0.0.1:$4#" -e "s#/var/cache/nginx#$2/cache#" -e "s#/srv/files#$5#" "$1" >"$2/site.conf"
  cat >"$2/nginx.conf" <<CONF
daemon off; master_process off; pid $2/nginx.pid; error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off; default_type application/octet-stream;
  types { application/json json; image/tiff tif; }
  client_body_temp_path $2/body; proxy_temp_path $2/proxy; fastcgi_temp_path $2/fastcgi; uwsgi_temp_path $2/uwsgi; scgi_temp_path $2/scgi;
  include $2/site.conf;
}
CONF
}

# fresh PORT: an empty folder for one run
fresh() { rm -rf "$servers/run/nginx-$1"; mkdir -p "$servers/run/nginx-$1"; echo "$servers/run/nginx-$1"; }

case ${1-} in
  install) command -v nginx >/dev/null || apt_install nginx-light ;;
  files)
    port=${2:?port}; run=$(fresh "$port")
    local_config "$configs/files.conf" "$run" "$port" 1 "$(cd "${3:?folder}" && pwd)"
    launch "$port" "http://127.0.0.1:$port/nginx-ready" nginx -p "$run" -c "$run/nginx.conf" ;;
  cache)
    port=${2:?port}; run=$(fresh "$port")
    local_config "$configs/nginx.conf" "$run" "$port" "${3:?upstream port}" "$run"
    launch "$port" "http://127.0.0.1:$port/nginx-ready" nginx -p "$run" -c "$run/nginx.conf" ;;
  check)
    run=$(fresh check)
    local_config "${2:?file}" "$run" 1 1 "$run"
    nginx -t -p "$run" -c "$run/nginx.conf" ;;
  *) die 'usage: nginx.sh install | files PORT FOLDER | cache PORT UPSTREAM_PORT | check FILE' ;;
esac
