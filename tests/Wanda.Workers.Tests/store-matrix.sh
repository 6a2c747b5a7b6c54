#!/usr/bin/env bash
# Every pair of a node's stores lost, old or damaged together (54), and damage at other places of each (12): store-matrix.sh [SEED].
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export TEST_LONG=1
[[ $# -ge 1 ]] && export WANDA_SEED="$1"
exec ops/test.sh Workers StoreMatrix
