#!/usr/bin/env bash
# The walk over real Kubos with as many operations as you like: kubo-walk.sh OPERATIONS [SEED]. As root, with Kubo's ipfs on PATH.
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: $0 OPERATIONS [SEED]" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export KUBO_WALK_OPERATIONS="$1"
[[ $# -ge 2 ]] && export WANDA_SEED="$2"
exec ops/test.sh Interop KuboWalk
