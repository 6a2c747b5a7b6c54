#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, checks the format, runs every suite, and ends with the sum over all of them.
# Arguments are passed to `dotnet test`, as in: ops/test.sh --filter FullyQualifiedName~Release
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# Chromium: the browser that the console is tested in. sshd: the server that copies over SFTP are tested against. strace: what the pinning server has
# flushed when it answers. systemd: reads our units. nginx: runs, apart from the system's own, with the configuration that we ship.
fresh=()
[[ -e /usr/sbin/sshd ]] || fresh+=(ssh)
[[ -e /usr/sbin/nginx ]] || fresh+=(nginx)
install_missing "${runtime_needs[@]}" "chromium:chromium" "/usr/sbin/sshd:openssh-server" "strace:strace" "systemd-analyze:systemd" \
  "/usr/sbin/nginx:nginx" || exit 1
stop_services "${fresh[@]}" # Debian starts them; only their programs are wanted.
require_dotnet
cd "$root" || exit 1

# The daemon that the interop tests speak with comes from npm and takes minutes the first time: beside the build, which takes minutes too.
tests/Wanda.Interop.Tests/kubo-peer.sh install &
peer=$!
dotnet build Pipeline.sln -c Release || exit 1
# The transport is ready for MassTransit 9: it is built against it, apart from everything else, and run on 8 alone.
dotnet build packages/MassTransit.SqlTransport.Sqlite -c Release -p:MassTransitVersion=9.2.6 -p:ArtifactsPath="$root/artifacts/massTransit9" || exit 1
dotnet format Pipeline.sln --verify-no-changes --no-restore || exit 1

wait "$peer" || say "The Kubo-like daemon could not be installed; its interop tests will say so."

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
# One suite at a time: several of them drive processes and count on having the machine's cores.
dotnet test Pipeline.sln -c Release --no-build -m:1 "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

read -r passed failed skipped < <(awk '
  match($0, /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/) {
    line = substr($0, RSTART, RLENGTH); gsub(/[^0-9 ]/, "", line); split(line, n, / +/)
    failed += n[2]; passed += n[3]; skipped += n[4]
  }
  END { print passed + 0, failed + 0, skipped + 0 }' "$log")

# A suite whose process died prints no sum of its own: it must not pass unseen.
if [[ $status -ne 0 && $failed -eq 0 ]]; then
  failed=1
  say "A suite did not run to its end; see above."
fi
echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 && $passed -gt 0 ]]
