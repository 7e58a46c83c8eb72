#!/usr/bin/env bash
# Builds the library and its bindings, then builds and tests the Swift package against a hub that listens, runs
# the quick start, and sees that a changed number in the scenario is found. `--bench` measures instead.
# Exit 77 where there is no Swift and none can be had: with-swift.sh says why.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly swift=bindings/swift/with-swift.sh hub=target/swift-hub
export CARGO_TARGET_DIR=$PWD/target

# The linker needs the whole path of the library, which is another one inside a Debian folder.
run() {
  # shellcheck disable=SC2016  # expanded where Swift is
  "$swift" bash -euc '
    export LD_LIBRARY_PATH=$PWD/target/debug DYLD_LIBRARY_PATH=$PWD/target/debug
    export FIELDCORE_HUB=$PWD/target/debug/fieldcore-hub FIELDCORE_EXPECTED=$PWD/tests/bindings/expected.json
    [ -z "${HUB_DIR:-}" ] || export FIELDCORE_HUB_DIR=$PWD/$HUB_DIR
    command=$1
    shift
    swift=(swift "$command" --package-path bindings/swift --scratch-path target/swift-build
      -Xlinker "-L$PWD/target/debug")
    [ "$command" = test ] && export FIELDCORE_BIN=$(swift build --package-path bindings/swift \
      --scratch-path target/swift-build --show-bin-path)
    exec "${swift[@]}" "$@"
  ' swift "$@"
}

# One hub a run: the ledger must hold this run alone.
with_hub() {
  rm -rf "$hub"
  python3 tests/bindings/hub.py start "$hub" > /dev/null
  HUB_DIR=$hub "$@" || { python3 tests/bindings/hub.py stop "$hub"; return 1; }
  python3 tests/bindings/hub.py stop "$hub"
}

control() { FIELDCORE_CONTROL=1 run test --skip-build --filter ScenarioTests; }

trap 'python3 tests/bindings/hub.py stop "$hub"' EXIT
"$swift" swift --version
bindings/swift/generate.sh
if [ "${1:-}" = --bench ]; then
  run run -c release benchmark
  exit
fi
run build --build-tests
with_hub run test --skip-build
with_hub control
run run --skip-build QuickStart
