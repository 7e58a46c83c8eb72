#!/usr/bin/env bash
# Runs a command in the project's folder where there is a Swift: here, if `swift` is on the PATH; else, as root
# on Debian or Ubuntu, inside a Debian trixie below target/swift-root, which is made on the first use (about
# 1.5 GB; pinned only as far as Debian pins it). Exit 77, with the reason, if neither is possible.
#
#   with-swift.sh swift build --package-path bindings/swift
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly root=$PWD/target/swift-root inside=/fieldcore packages=(swiftlang libc6-dev libstdc++-14-dev)

skip() {
  printf 'with-swift.sh: %s\n' "$1" >&2
  exit 77
}

# What is mounted is so for this process alone and goes with it, however it ends.
in_root() {
  # shellcheck disable=SC2016  # expanded by the inner bash
  unshare --mount --propagation private bash -euc '
    root=$1 project=$2 inside=$3
    shift 3
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    mkdir -p "$root$inside"
    mount --bind "$project" "$root$inside"
    cp /etc/resolv.conf "$root/etc/resolv.conf" 2> /dev/null || true
    exec chroot "$root" /usr/bin/env -C "$inside" PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
  ' mounts "$root" "$PWD" "$inside" "$@"
}

# The stamp comes last: a folder without it was left half made.
make_root() {
  { command -v debootstrap > /dev/null || apt-get -qy install --no-install-recommends debootstrap; } &&
    rm -rf --one-file-system "$root" &&
    debootstrap --variant=minbase trixie "$root" &&
    in_root apt-get -q update &&
    in_root env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "${packages[@]}" &&
    in_root apt-get clean &&
    in_root swift --version &&
    touch "$root/ready"
}

if command -v swift > /dev/null; then
  exec "$@"
fi
[ "$(uname)" = Linux ] || skip "there is no swift on the PATH; install it"
[ "$(id -u)" -eq 0 ] || skip "there is no swift on the PATH, and only root can make a Debian folder with one"
command -v apt-get > /dev/null || skip "there is no swift on the PATH, and this is no Debian"
unshare --mount --propagation private true 2> /dev/null || skip "there is no swift on the PATH, and nothing may be mounted here"
mkdir -p target
exec 9> target/swift-root.lock
flock 9
if [ ! -e "$root/ready" ]; then
  # A package server that fails once is asked again.
  make_root > target/swift-root.log 2>&1 || make_root >> target/swift-root.log 2>&1 ||
    skip "no Debian folder with Swift could be made, see target/swift-root.log"
fi
flock -u 9
in_root "$@"
