#!/usr/bin/env bash
# Azure Blob: azurite (blob service only), in memory, on loopback only. The printed pid stops it.
#   azure.sh install
#   azure.sh start PORT
# --skipApiVersionCheck: the SDK asks for a newer version of the API than azurite knows.
. "$(dirname "$0")/lib.sh"
case ${1-} in
  install)
    [ -d "$home/node_modules/azurite" ] || {
      mkdir -p "$home"; cd "$home"; echo '{"private":true}' >package.json
      npm install --no-audit --no-fund --silent --ignore-scripts --force azurite@3.37.0
    } ;;
  start)
    port=${2:?port}
    # Without a signature it refuses, which says that it is there.
    READY_STATUS='400|403' launch "$port" "http://127.0.0.1:$port/devstoreaccount1?comp=list" \
      node "$home/node_modules/azurite/dist/src/blob/main.js" --blobHost 127.0.0.1 --blobPort "$port" --inMemoryPersistence --silent --disableTelemetry --skipApiVersionCheck ;;
  *) die 'usage: azure.sh install | start PORT' ;;
esac
