#!/bin/sh
# Compiles and links manifest and resources with aapt2: res.sh OUT ANDROID_JAR. Maven calls it.
set -eu
out=$1 framework=$2
aapt2=$out/aapt2/prebuilt/linux/aapt2
chmod +x "$aapt2"
mkdir -p "$out/res" "$out/gen"
"$aapt2" compile --dir src/main/res -o "$out/res/compiled.zip"
"$aapt2" link -o "$out/resources.ap_" -I "$framework" --manifest src/main/AndroidManifest.xml \
  --min-sdk-version 26 --target-sdk-version 35 --version-code 1 --version-name 0.1 \
  --java "$out/gen" --auto-add-overlay "$out/res/compiled.zip"
