#!/usr/bin/env bash
# Builds the library and puts what is generated from it where Package.swift looks for it.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly target=${CARGO_TARGET_DIR:-target} sources=bindings/swift/Sources
library=$target/debug/libfieldcore_ffi.so
[ "$(uname)" = Darwin ] && library=$target/debug/libfieldcore_ffi.dylib

cargo build --locked --quiet -p fieldcore-ffi -p fieldcore-bindgen
"$target/debug/fieldcore-bindgen" "$library" "$target/bindings" > /dev/null

# Copied only if they changed, so that Swift need not build them again. If they did, what was built goes: Swift does not
# build everything again that saw them through FieldCore, and that would look for values where they lay before.
place() {
  mkdir -p "$(dirname "$2")"
  cmp -s "$1" "$2" && return
  rm -rf "$target/swift-build" "$target/ios-build"
  cp "$1" "$2"
}
place "$target/bindings/swift/FieldCoreBindings.swift" "$sources/FieldCoreBindings/FieldCoreBindings.swift"
place "$target/bindings/swift/FieldCoreFFI.h" "$sources/FieldCoreFFI/FieldCoreFFI.h"
