#!/usr/bin/env bash
# Builds and tests the model layer with Swift on this machine, against the real core and a hub that listens, and
# parses every Swift file of the app and checks its types against stubs. App/ is neither built nor run here: see README.md.
# Exit 77 where there is no Swift and none can be had: bindings/swift/with-swift.sh says why.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly swift=bindings/swift/with-swift.sh hub=target/ios-hub
export CARGO_TARGET_DIR=$PWD/target

skip() {
  printf 'ios-demo/test.sh: %s\n' "$1" >&2
  exit 77
}

[ -x "$swift" ] || skip "bindings/swift/with-swift.sh is missing"

# The linker needs the whole path of the library, which is another one inside a Debian folder.
run() {
  # shellcheck disable=SC2016  # expanded where Swift is
  "$swift" bash -euc '
    export LD_LIBRARY_PATH=$PWD/target/debug DYLD_LIBRARY_PATH=$PWD/target/debug FIELDCORE_ROOT=$PWD
    command=$1
    shift
    exec swift "$command" --package-path ios-demo/Model --scratch-path target/ios-build \
      -Xlinker "-L$PWD/target/debug" "$@"
  ' swift "$@"
}

# Prints the files that are no Swift.
parse() {
  # shellcheck disable=SC2016
  "$swift" bash -uc '
    for file; do swiftc -frontend -parse -swift-version 6 "$file" || echo "does not parse: $file"; done
  ' parse "$@"
}

# Checks the app's types against the models and Stubs/, which stand in for Apple's frameworks. What Linux says is not
# available there is replaced on the way.
check_types() {
  local work=target/ios-types file
  rm -rf "$work" && mkdir -p "$work"
  for file in "${files[@]}"; do
    sed -E -e 's/^import (AVFoundation|BackgroundTasks|CoreHaptics|Security|SwiftUI|UIKit|UniformTypeIdentifiers|Vision|os)$/import Foundation/' \
      -e 's/^import FieldCore$/&; import FoundationNetworking/' \
      -e 's/\.background\(withIdentifier: [A-Za-z.]+\)/.default/' \
      -e '/configuration\.(sessionSendsLaunchEvents|isDiscretionary) =/d' \
      -e "${1:-}" "$file" > "$work/$(basename "$file")"
  done
  # shellcheck disable=SC2016
  "$swift" bash -euc '
    modules=$(swift build --package-path ios-demo/Model --scratch-path target/ios-build --show-bin-path)/Modules
    swiftc -emit-sil -whole-module-optimization -o /dev/null -warnings-as-errors -swift-version 6 -module-name App -I "$modules" \
      -Xcc -fmodule-map-file="$PWD/bindings/swift/Sources/FieldCoreFFI/module.modulemap" \
      ios-demo/Stubs/*.swift "$1"/*.swift
  ' types "$work"
}

# An invitation as the QR that a phone's camera sees.
draw_invitation() {
  local url
  url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$hub/hub.json")
  target/debug/fieldcore-hub --dir "$hub/hub" token --expires 1h --url "$url" --svg "$hub/invitation.svg" > /dev/null
}

# What the phone's ledger says must be what the hub counted.
same_ledger() {
  python3 - "$hub/told.json" <(python3 tests/bindings/hub.py ledger "$hub") << 'PYTHON'
import json
import sys

told, hub = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
wrong = [f"{key}: {told[key]} here, {hub[key]} at the hub" for key in told if told[key] != hub[key]]
sys.exit("\n".join(wrong) or (0 if told.get("people") else "nobody was told"))
PYTHON
}

"$swift" swift --version

files=()
while IFS= read -r file; do files+=("$file"); done < <(find ios-demo/App -name '*.swift' | sort)
[ "${#files[@]}" -gt 10 ] || { echo "the app's files were not found" >&2; exit 1; }
broken=target/ios-broken.swift
echo 'struct Broken { func }' > "$broken"
[ -n "$(parse "$broken" 2> /dev/null)" ] || { echo "the parser finds nothing wrong in a broken file" >&2; exit 1; }
found=$(parse "${files[@]}")
[ -z "$found" ] || { echo "$found" >&2; exit 1; }
echo "${#files[@]} files of App/ parse"
"$swift" swift format lint --strict --configuration ios-demo/.swift-format -r ios-demo/App ios-demo/Model

bindings/swift/generate.sh
run build --build-tests
if [ "$(uname)" = Linux ]; then
  check_types
  ! check_types 's/\.syncNow\(\)/.syncLater()/' > /dev/null 2>&1 || { echo "the type check finds nothing wrong" >&2; exit 1; }
  echo "the types of App/ fit the models; it was neither built nor run"
fi
if [ -f tests/bindings/hub.py ]; then
  rm -rf "$hub"
  trap 'python3 tests/bindings/hub.py stop "$hub"' EXIT
  python3 tests/bindings/hub.py start "$hub" > /dev/null
  draw_invitation
  FIELD_HUB=$hub run test --skip-build
  same_ledger
else
  run test --skip-build
fi
