#!/usr/bin/env bash
# A file of as many GiB as you like to a server and back: large-file.sh GIB [SEED]. It takes three times that on the disk of TMPDIR.
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: $0 GIB [SEED]" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export WANDA_LARGE_GIB="$1" TEST_LONG=1
[[ $# -ge 2 ]] && export WANDA_SEED="$2"
exec ops/test.sh PinningServer LargeFile
