#!/usr/bin/env bash
# Builds the library, generates its Kotlin side, and runs everything that tests it on this machine.
# Needs cargo, a JDK from 17 on, Maven and Python. Arguments go to Maven.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR="$root/target"

for tool in cargo java mvn python3; do
  command -v "$tool" >/dev/null || { echo "test.sh: $tool is missing" >&2; exit 3; }
done

cd "$root"
cargo build --locked -q -p fieldcore-ffi -p fieldcore-bindgen -p fieldcore-hub
case $(uname -s) in
  Darwin) library=libfieldcore_ffi.dylib ;;
  *) library=libfieldcore_ffi.so ;;
esac
target/debug/fieldcore-bindgen "target/debug/$library" target/bindings >/dev/null

cd "$here"
mvn -q -B -Dkotlin.compiler.daemon=false "$@" verify
