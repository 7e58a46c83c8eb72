#!/usr/bin/env bash
# Builds target/kotlin/fieldcore-VERSION.aar: the library for three ABIs, the Kotlin classes, the
# manifest and the rules for R8. An app adds JNA (net.java.dev.jna:jna, type aar) and coroutines.
#
# Needs cargo-ndk, an Android NDK from r26 on in ANDROID_NDK_HOME, the three Rust targets, Maven and zip.
# NOT RUN on the machine that tests this project, which has no NDK: only its checks and its packing are
# (`build-aar.sh --pack-only DIR` packs the libraries of DIR/ABI/libfieldcore_ffi.so).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kotlin=$(cd "$here/.." && pwd)
root=$(cd "$kotlin/../.." && pwd)
export CARGO_TARGET_DIR="$root/target"
abis=(arm64-v8a armeabi-v7a x86_64)
library=libfieldcore_ffi.so

stop() { echo "build-aar.sh: $1" >&2; exit 3; }

need() { command -v "$1" >/dev/null || stop "$1 is missing: $2"; }

build_libraries() {
  [[ -n ${ANDROID_NDK_HOME:-} ]] || stop "ANDROID_NDK_HOME is not set; let it name an Android NDK from r26 on"
  [[ -d $ANDROID_NDK_HOME/toolchains/llvm ]] || stop "no NDK lies in $ANDROID_NDK_HOME"
  need cargo-ndk "cargo install cargo-ndk"
  local strips=("$ANDROID_NDK_HOME"/toolchains/llvm/prebuilt/*/bin/llvm-strip)
  [[ -x ${strips[0]} ]] || stop "the NDK in $ANDROID_NDK_HOME has no llvm-strip"

  # Devices with pages of 16 KiB load nothing that is aligned to less, whatever the NDK's own default is.
  export RUSTFLAGS="${RUSTFLAGS:-} -C link-arg=-Wl,-z,max-page-size=16384"
  local targets=() abi
  for abi in "${abis[@]}"; do targets+=(-t "$abi"); done
  # Of one crate type alone: beside a Rust library Cargo leaves out optimizing the whole.
  (cd "$root" && cargo ndk "${targets[@]}" --platform 26 -o "$1" \
    rustc --locked --profile phone -p fieldcore-ffi --crate-type cdylib)
  for abi in "${abis[@]}"; do "${strips[0]}" --strip-unneeded "$1/$abi/$library"; done
}

# The classes come from sources that were generated from a library of the same commit; UniFFI compares
# checksums when the app starts.
build_classes() {
  (cd "$root" && cargo build --locked -q -p fieldcore-ffi -p fieldcore-bindgen)
  local host=$CARGO_TARGET_DIR/debug/libfieldcore_ffi.so
  [[ -f $host ]] || host=$CARGO_TARGET_DIR/debug/libfieldcore_ffi.dylib
  "$CARGO_TARGET_DIR/debug/fieldcore-bindgen" "$host" "$CARGO_TARGET_DIR/bindings" >/dev/null
  (cd "$kotlin" && mvn -q -B -Dkotlin.compiler.daemon=false -Dmaven.test.skip=true -DskipDocs=true package)
}

pack() {
  local libraries=$1 stage=$2 abi jar module
  for abi in "${abis[@]}"; do
    [[ -f $libraries/$abi/$library ]] || stop "$libraries/$abi/$library is missing"
    mkdir -p "$stage/jni/$abi"
    cp "$libraries/$abi/$library" "$stage/jni/$abi/"
  done
  mkdir -p "$stage/classes"
  for module in fieldcore-ffi fieldcore; do
    jar=$CARGO_TARGET_DIR/kotlin/$module/$module-$version.jar
    (cd "$stage/classes" && unzip -qo "$jar" -x 'META-INF/MANIFEST.MF' 'META-INF/maven/*')
  done
  (cd "$stage/classes" && zip -qrX ../classes.jar .)
  rm -r "$stage/classes"
  cp "$here/AndroidManifest.xml" "$here/proguard.txt" "$stage/"
  # Every AAR has this file, also where it declares no resource.
  : >"$stage/R.txt"
  rm -f "$aar"
  (cd "$stage" && zip -qrX "$aar" .)
  echo "$aar"
}

need mvn "install Maven"
need zip "install zip"
need unzip "install unzip"
version=$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' "$kotlin/pom.xml")
aar=$CARGO_TARGET_DIR/kotlin/fieldcore-$version.aar
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case ${1:-} in
  "") build_libraries "$work/libraries"; libraries=$work/libraries ;;
  --pack-only) [[ -d ${2:-} ]] || stop "--pack-only needs the folder of the libraries"; libraries=$(cd "$2" && pwd) ;;
  *) stop "usage: build-aar.sh [--pack-only DIR]" ;;
esac
build_classes
pack "$libraries" "$work/aar"
