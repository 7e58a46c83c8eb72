#!/usr/bin/env bash
# Builds the core library with its bindings, installs bindings/kotlin into the local Maven repository, and
# compiles and tests this app on the host's JVM. Pictures of every screen: target/android-demo/shots.
# Needs JDK 17, Maven, Python 3 and a Linux x86_64 host (Robolectric's native graphics).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR="$PWD/target"
for tool in mvn java python3; do
  command -v "$tool" >/dev/null || { echo "android-demo/test.sh: $tool is missing (Debian: maven openjdk-17-jdk-headless python3)" >&2; exit 2; }
done

cargo build --locked -q -p fieldcore-ffi -p fieldcore-bindgen -p fieldcore-hub
target/debug/fieldcore-bindgen target/debug/libfieldcore_ffi.so target/bindings >/dev/null
(cd bindings/kotlin && mvn -q -B -Dmaven.test.skip=true install)
cd android-demo
mvn -q -B verify
echo "android-demo: $(find ../target/android-demo/shots -name '*.png' | wc -l) pictures in target/android-demo/shots"
