#!/usr/bin/env bash
# The gate against its model with as many operations as you like: gate-model.sh OPERATIONS [SEED].
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: $0 OPERATIONS [SEED]" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export GATE_OPERATIONS="$1" TEST_LONG=1
[[ $# -ge 2 ]] && export WANDA_SEED="$2"
exec ops/test.sh EndToEnd GateModel
