#!/usr/bin/env bash
# S3: versitygw on a folder, on loopback only. It checks signatures, regions and every precondition. Go. The printed pid stops it.
#   s3.sh install
#   s3.sh start PORT
. "$(dirname "$0")/lib.sh"
case ${1-} in
  install) [ -x "$home/versitygw" ] || go_install github.com/versity/versitygw/cmd/versitygw@v1.8.0 ;;
  start)
    port=${2:?port}; data=$(data_folder "$port"); mkdir "$data/objects" "$data/versions"
    export ROOT_ACCESS_KEY_ID=smalti ROOT_SECRET_ACCESS_KEY=smalti-secret
    launch "$port" "http://127.0.0.1:$port/health" \
      "$home/versitygw" --port "127.0.0.1:$port" --region us-east-1 --quiet --keep-alive --health /health posix --versioning-dir "$data/versions" "$data/objects" ;;
  *) die 'usage: s3.sh install | start PORT' ;;
esac
