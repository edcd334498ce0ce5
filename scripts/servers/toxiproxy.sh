#!/usr/bin/env bash
# Fault injection between a client and a server: toxiproxy, on loopback only. Go. The printed pid stops it.
#   toxiproxy.sh install
#   toxiproxy.sh start PORT               PORT is its control API
. "$(dirname "$0")/lib.sh"
case ${1-} in
  install)
    if [ ! -x "$home/server" ]; then
      command -v go >/dev/null || apt_install golang-go
      mkdir -p "$home"
      CGO_ENABLED=0 GOBIN=$home GOFLAGS=-buildvcs=false nice go install -trimpath -ldflags '-s -w' github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0
    fi ;;
  start) port=${2:?port}; launch "$port" "http://127.0.0.1:$port/version" "$home/server" -host 127.0.0.1 -port "$port" ;;
  *) die 'usage: toxiproxy.sh install | start PORT' ;;
esac
