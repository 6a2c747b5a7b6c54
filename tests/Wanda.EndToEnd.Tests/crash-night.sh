#!/usr/bin/env bash
# The crash tests (a camera's night, a watched folder's) with as many kills as you like: crash-night.sh KILLS [SEED].
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: $0 KILLS [SEED]" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export WANDA_KILLS="$1" TEST_LONG=1
[[ $# -ge 2 ]] && export WANDA_SEED="$2"
exec ops/test.sh EndToEnd Crash
