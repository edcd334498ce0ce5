#!/usr/bin/env bash
# A fuzzer of web APIs by their OpenAPI description: https://schemathesis.readthedocs.io
#   schemathesis.sh install
#   schemathesis.sh run CONFIG OPENAPI --url BASE [options]
. "$(dirname "$0")/lib.sh"
version=4.32.5
case ${1-} in
  install) [ "$(cat "$home/version" 2>/dev/null)" = "$version" ] || { pip_install "$home" "schemathesis==$version"; echo "$version" >"$home/version"; } ;;
  run) config=${2:?config}; shift 2; exec "$home/bin/schemathesis" --config-file "$config" run "$@" ;;
  *) die 'usage: schemathesis.sh install | run CONFIG OPENAPI --url BASE [options]' ;;
esac
