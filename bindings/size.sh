#!/usr/bin/env bash
# How large the library is that an app carries: the stripped shared library as phones get it (`--profile phone`), for
# each target that can be linked here, and what each feature adds. Needs rustup, and gcc's cross compilers for ARM
# (gcc-aarch64-linux-gnu, gcc-arm-linux-gnueabihf, libc6-dev-*-cross); a target without is left out, and said to be.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly logs=target/size-logs
export CARGO_TARGET_DIR=$PWD/target
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_ARMV7_UNKNOWN_LINUX_GNUEABIHF_LINKER=arm-linux-gnueabihf-gcc

# size TARGET CARGO-ARGUMENT…: the bytes of the library. It is optimized as a whole only if nothing else is made of the
# crate: Cargo leaves that out for a Rust library. Whatever the features, it lies in one place, where Cargo would take
# the one for the other.
size() {
  local target=$1 bytes
  local library=target/$target/phone/libfieldcore_ffi.so
  shift
  rm -f "$library" "${library%/*}/deps/${library##*/}"
  cargo rustc --locked --profile phone -p fieldcore-ffi --crate-type cdylib --target "$target" "$@" \
    >> "$logs/$target.log" 2>&1 || return 1
  bytes=$(wc -c < "$library")
  rm -f "$library" "${library%/*}/deps/${library##*/}"
  echo "$bytes"
}

mkdir -p "$logs"
printf '%-30s %12s %12s %12s\n' target 'all features' none optics
for target in x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu armv7-unknown-linux-gnueabihf; do
  : > "$logs/$target.log"
  if rustup target add "$target" >> "$logs/$target.log" 2>&1 && none=$(size "$target" --no-default-features) &&
    all=$(size "$target" --all-features); then
    printf '%-30s %12d %12d %12d\n' "$target" "$all" "$none" $((all - none))
  else
    printf '%-30s cannot be linked here, see %s\n' "$target" "$logs/$target.log"
  fi
done
