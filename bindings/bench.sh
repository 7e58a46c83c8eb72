#!/usr/bin/env bash
# What crossing to Kotlin and Swift costs, beside the same calls in Rust: one table, in microseconds a call and calls a
# second. The library is built as phones get it. Needs cargo, and what kotlin/test.sh and swift/test.sh need; give it a
# machine that does nothing else. Usage: bindings/bench.sh [rust|kotlin|swift]…; all of them without a word.
set -euo pipefail
cd "$(dirname "$0")/.."

host=$(rustc -vV | sed -n 's/^host: //p')
readonly out=target/bench frame=px-2.0-1.pgm phone=target/$host/phone
export CARGO_TARGET_DIR=$PWD/target

# Each prints lines `crossing<TAB>row<TAB>microseconds`, among others and with what a terminal is told before them.
of_rust() {
  FIELDCORE_FOLDER=$PWD/$out FIELDCORE_FRAME=$PWD/$out/$frame \
    cargo bench --locked -q -p fieldcore-ffi --profile phone --bench crossing
}

of_kotlin() {
  FIELDCORE_FOLDER=$PWD/$out FIELDCORE_FRAME=$PWD/$out/$frame \
    bindings/kotlin/test.sh -DskipTests -DskipDocs -DskipCrossing=false "-Dcrossing.library=$PWD/$phone"
}

# Linked as tests are, run with the other library; the paths are other ones inside a Debian folder.
of_swift() {
  # shellcheck disable=SC2016  # expanded where Swift is
  bindings/swift/generate.sh && bindings/swift/with-swift.sh bash -euc '
    build=(swift build -c release --product benchmark --package-path bindings/swift --scratch-path target/swift-build
      -Xlinker "-L$PWD/target/debug")
    "${build[@]}" >&2
    program=$("${build[@]}" --show-bin-path)/benchmark
    export LD_LIBRARY_PATH=$PWD/$3 DYLD_LIBRARY_PATH=$PWD/$3
    FIELDCORE_FOLDER=$PWD/$1 FIELDCORE_FRAME=$PWD/$1/$2 exec "$program"
  ' swift "$out" "$frame" "$phone"
}

[ $# -gt 0 ] || set -- rust kotlin swift
for language in "$@"; do
  case $language in
    rust | kotlin | swift) ;;
    *) echo "bench.sh: no language is called $language: rust, kotlin, swift" >&2; exit 2 ;;
  esac
done

mkdir -p "$out"
cargo run --locked -q -p fieldcore-frames --features png --bin frames -- "$out" px-2.0:1 > /dev/null
# Optimized as a whole only if nothing else is made of it: Cargo leaves that out for a crate that is a Rust library too.
cargo rustc --locked -q --profile phone -p fieldcore-ffi --crate-type cdylib --target "$host"
languages=()
for language in "$@"; do
  code=0
  echo "bench.sh: $language" >&2
  "of_$language" > "$out/$language.log" || code=$?
  # with-swift.sh said why there is no Swift.
  [ "$code" -ne 77 ] || continue
  [ "$code" -eq 0 ] || { echo "bench.sh: see $out/$language.log" >&2; exit "$code"; }
  languages+=("$language")
done
[ "${#languages[@]}" -gt 0 ] || exit 77

awk -F '\t' -v languages="${languages[*]}" -v out="$out" '
  function cell(micros) {
    if (micros == "") return "–"
    return sprintf(micros < 10 ? "%.2f µs, " : "%.0f µs, ", micros) rate(1e6 / micros)
  }
  function rate(calls) {
    if (calls < 1e4) return sprintf("%d/s", calls)
    return calls < 1e6 ? sprintf("%d k/s", calls / 1e3) : sprintf("%.1f M/s", calls / 1e6)
  }
  BEGIN {
    count = split(languages, language, " ")
    head = "| call |"; rule = "|---|"
    for (i = 1; i <= count; i++) {
      head = head " " toupper(substr(language[i], 1, 1)) substr(language[i], 2) " |"; rule = rule "---|"
      while ((getline < (out "/" language[i] ".log")) > 0) if ($1 ~ /crossing$/) micros[$2, language[i]] = $3
    }
    print head; print rule
  }
  {
    row = "| " $2 " |"
    measured = 0
    for (i = 1; i <= count; i++) {
      row = row " " cell(micros[$1, language[i]]) " |"
      measured += micros[$1, language[i]] != ""
    }
    if (measured) print row
  }
' <<'ROWS'
device	nothing but the crossing (`device`)
line	a line that is answered and writes nothing
scan	a scan: a person bound and on the disk, ten to a tube
list	a list of 1,000 tubes (`shiftTubes`)
status	`status` with three open tubes
region	a 1280x720 frame handed over, 8x8 of it looked at
frame	a 1280x720 frame handed over, its Code 128 read
facade	the facade: a line that writes nothing, the state refreshed
ROWS
