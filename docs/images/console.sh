#!/usr/bin/env bash
# Makes console.png, the picture in the README: a demo whose last frames wait, seen by the system's browser without a window.
# Needs chromium and pngquant (Debian: apt-get install --no-install-recommends chromium pngquant).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work="$(mktemp -d)"
address="http://127.0.0.1:${PORT:-18080}"

# Large frames, whose previews have little noise: a picture of noise is a large file.
ops/run.sh demo --data "$work/night" --listen "$address" --frames 17 --interval 3 --exposure 1 --size 4144x2822 --bayer \
  >"$work/demo.log" 2>&1 &
demo=$!
trap 'kill "$demo" 2>/dev/null; wait "$demo" 2>/dev/null; rm -rf "$work"' EXIT

shows() {
  until curl -s "$address/" | grep -q "<h1[^>]*>$1"; do
    kill -0 "$demo" || { cat "$work/demo.log" >&2; exit 1; }
    sleep 0.3
  done
}
shows "14 frames tonight, all safe"
ops/run.sh queue pause offload-demo-server --reason "the line is needed until dawn" --data "$work/night"
shows "17 frames tonight, 1[0-9] safe"

chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking \
  --disable-component-update \
  --disable-sync --user-data-dir="$work/browser" --window-size=1280,640 --virtual-time-budget=2000 \
  --screenshot="$work/console.png" "$address/" 2>/dev/null
pngquant 64 --nofs --speed 1 --strip --force --output docs/images/console.png "$work/console.png"
ls -l docs/images/console.png
