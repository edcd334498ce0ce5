#!/usr/bin/env bash
# Google Cloud Storage: fake-gcs-server, in memory, on loopback only. Go. The printed pid stops it.
#   gcs.sh install
#   gcs.sh start PORT
. "$(dirname "$0")/lib.sh"
case ${1-} in
  install) [ -x "$home/fake-gcs-server" ] || go_install github.com/fsouza/fake-gcs-server@v1.56.1 ;;
  start)
    port=${2:?port}
    launch "$port" "http://127.0.0.1:$port/_internal/healthcheck" \
      "$home/fake-gcs-server" -backend memory -scheme http -host 127.0.0.1 -port "$port" -public-host "127.0.0.1:$port" -external-url "http://127.0.0.1:$port" -log-level warn ;;
  *) die 'usage: gcs.sh install | start PORT' ;;
esac
