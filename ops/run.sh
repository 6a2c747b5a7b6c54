#!/usr/bin/env bash
# Installs what is missing, builds, and runs `wanda` with the arguments given; without any it runs `wanda demo`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

require_glibc
install_missing "${runtime_needs[@]}"
require_dotnet

say "Building ..."
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
if ! dotnet build "$root/ops/Wanda.Cli" -c Release -v quiet >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
rm -f "$log"

[[ $# -eq 0 ]] && set -- demo
export INVOKED_AS="${BASH_SOURCE[0]}" # what the demo tells people to type next
exec dotnet "$root/artifacts/bin/Wanda.Cli/release/wanda.dll" "$@"
