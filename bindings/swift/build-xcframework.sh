#!/usr/bin/env bash
# Makes FieldCoreFFI.xcframework, for devices and the simulator, beside Package.swift, which takes it from there.
# Needs a Mac with Xcode and Rust. NOT RUN on the machine that tests this project: it is a Linux.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "$(uname)" != Darwin ] || ! command -v xcodebuild > /dev/null; then
  echo "build-xcframework.sh: only a Mac with Xcode can make an XCFramework; on Linux, test.sh tests the package" >&2
  exit 77
fi

readonly target=${CARGO_TARGET_DIR:-target} out=bindings/swift/FieldCoreFFI.xcframework
readonly triples=(aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios)
# As Package.swift has it: bundled C is compiled for it, too.
export IPHONEOS_DEPLOYMENT_TARGET=16.0

rustup target add "${triples[@]}"
for triple in "${triples[@]}"; do
  # Of one crate type alone: beside a Rust library Cargo leaves out optimizing the whole.
  cargo rustc --locked --profile phone -p fieldcore-ffi --crate-type staticlib --target "$triple"
done
bindings/swift/generate.sh

# Header and module map in a folder of their own: two such frameworks in one app must not collide.
readonly work=$target/xcframework
rm -rf "$work" "$out"
mkdir -p "$work/headers/FieldCoreFFI" "$work/simulator"
cp "$target/bindings/swift/FieldCoreFFI.h" "$work/headers/FieldCoreFFI/"
cat > "$work/headers/FieldCoreFFI/module.modulemap" << 'MAP'
module FieldCoreFFI {
    header "FieldCoreFFI.h"
    export *
}
MAP

# Both simulators are one platform, which takes one library.
lipo -create -output "$work/simulator/libfieldcore_ffi.a" \
  "$target/aarch64-apple-ios-sim/phone/libfieldcore_ffi.a" "$target/x86_64-apple-ios/phone/libfieldcore_ffi.a"
xcodebuild -create-xcframework -output "$out" \
  -library "$target/aarch64-apple-ios/phone/libfieldcore_ffi.a" -headers "$work/headers" \
  -library "$work/simulator/libfieldcore_ffi.a" -headers "$work/headers"
echo "$out"
