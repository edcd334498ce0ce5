# Sourced by the scripts of this folder. What they install and write lies in ${TEST_SERVERS:-$HOME/.cache/smalti/servers}, outside the checkout.
set -euo pipefail
servers=${TEST_SERVERS:-$HOME/.cache/smalti/servers}
mkdir -p "$servers/log" "$servers/run"
servers=$(cd "$servers" && pwd)
name=$(basename "$0" .sh)
home=$servers/$name

die() { echo "$name: $*" >&2; exit 1; }

# apt_install PACKAGE...: from Debian, as root. The list of packages is fetched only where it is too old to help.
apt_install() {
  [ "$(id -u)" = 0 ] || die "needs $* (apt-get install $*)"
  # At run level 1 a package does not start its service.
  local install=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@") log=$servers/log/$name-apt.log
  "${install[@]}" >"$log" 2>&1 || { apt-get update -qq && "${install[@]}" >"$log" 2>&1; } || { tail -5 "$log" >&2; die "apt-get could not install $*"; }
}

# pip_install FOLDER REQUIREMENT...: a virtual environment in FOLDER
pip_install() {
  local folder=$1; shift
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"
}

# go_install PACKAGE@VERSION: a static binary in $home
go_install() {
  command -v go >/dev/null || apt_install golang-go
  mkdir -p "$home"
  CGO_ENABLED=0 GOBIN=$home GOFLAGS=-buildvcs=false nice go install -trimpath -ldflags '-s -w' "$1"
}

# data_folder PORT: an empty folder for one run
data_folder() { rm -rf "$servers/run/$name-$1"; mkdir -p "$servers/run/$name-$1"; echo "$servers/run/$name-$1"; }

# launch PORT READY_URL COMMAND...: starts COMMAND, waits until READY_URL answers READY_STATUS (200; 60 s), prints the pid. `kill PID` stops it.
launch() {
  local port=$1 ready=$2 pid log=$servers/log/$name-$1.log; shift 2
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then die "port $port is taken"; fi
  setsid "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || { tail -20 "$log" >&2; die "ended at once, see $log"; }
    if curl -s -o /dev/null -w '%{http_code}' "$ready" | grep -qxE "${READY_STATUS:-200}"; then echo "$pid"; return 0; fi
    sleep 0.2
  done
  kill "$pid"; die "not ready after 60 s, see $log"
}
