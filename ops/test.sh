#!/usr/bin/env bash
# ops/test.sh                    all of it: installs what is missing, builds with warnings as errors, checks the format, runs every suite
# ops/test.sh PROJECT [FILTER]   one suite (a folder of tests/, or a part of its name that no other has, as Catalog); of it the tests whose
#                                full name has
#                                FILTER. Installs only what this suite needs.
# The last line is the sum. Before it, FLAKY names each test that failed and passed when it was run again, alone and with the same seed: it
# counts as passed.
#   WANDA_SEED=N    the seed of all that is random in the tests; each run prints its own
#   WANDA_PEERS=D   a folder with other makes' servers (ipfs, weed, tusd): tested against, and missing ones fail; without it they are sought
#                   on PATH
#   WANDA_KILLS=N   how often the end-to-end night is killed (20)
#   TEST_LONG=1     the long forms of models, power cuts and races: hours
#   TEST_LOG=1      what the nodes under test log
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$root" || exit 1

trap 'echo "0 passed, 1 failed, 0 skipped"' EXIT # for a run that ends before any suite: the sum is always there

# Beside what the program needs. Chromium: the browser that the console is tested in. sshd: the server that copies over SFTP are tested
# against. acl: rights that folders inherit. strace: what the pinning server has flushed when it answers. systemd: reads our units. nginx
# and Caddy: run, apart from the system's own, with the configurations that we ship; nginx before the console, too.
needs_of() {
  case "$1" in
    Wanda.Ops.Tests) echo "chromium:chromium /usr/sbin/nginx:nginx" ;;
    Wanda.Destinations.Tests | Wanda.Workers.Tests) echo "/usr/sbin/sshd:openssh-server" ;;
    Wanda.PinningServer.Tests) echo "strace:strace" ;;
    Wanda.EndToEnd.Tests) echo "setfacl:acl" ;;
    Wanda.Interop.Tests) echo "strace:strace systemd-analyze:systemd /usr/sbin/nginx:nginx caddy:caddy" ;;
  esac
}

filter="${2:-}"
suites=()
for project in tests/*.Tests/*.csproj; do
  suites+=("$(basename "$project" .csproj)")
done
if [[ $# -gt 0 ]]; then
  all=("${suites[@]}")
  mapfile -t suites < <(printf '%s\n' "${all[@]}" | grep -Fx -- "$1" || printf '%s\n' "${all[@]}" | grep -Fi -- "$1")
  if [[ ${#suites[@]} -ne 1 ]]; then
    say "\"$1\" is the name, or a part of the name, of ${#suites[@]} suites. There are: ${all[*]}"
    exit 1
  fi
fi

needs=("${runtime_needs[@]}")
fresh=()
for suite in "${suites[@]}"; do
  read -ra more < <(needs_of "$suite")
  needs+=("${more[@]}")
done
[[ " ${needs[*]}" == *" /usr/sbin/sshd:"* && ! -e /usr/sbin/sshd ]] && fresh+=(ssh)
[[ " ${needs[*]}" == *" /usr/sbin/nginx:"* && ! -e /usr/sbin/nginx ]] && fresh+=(nginx)
[[ " ${needs[*]}" == *" caddy:"* && ! $(command -v caddy) ]] && fresh+=(caddy)
require_glibc
install_missing "${needs[@]}" || exit 1
stop_services "${fresh[@]}" # Debian starts them; only their programs are wanted.
require_dotnet

# The daemon that the interop tests speak with comes from npm and takes minutes the first time: beside the build, which takes minutes too.
peer=
beside=
if [[ " ${suites[*]} " == *" Wanda.Interop.Tests "* ]]; then
  tests/Wanda.Interop.Tests/kubo-peer.sh install &
  peer=$!
fi
if [[ $# -eq 0 ]]; then
  dotnet build Pipeline.sln -c Release || exit 1
  # Beside the suites, in the time that they leave. The transport is ready for MassTransit 9: it is built against it, apart from
  # everything else, and run on 8 alone. Of what dotnet format checks, all but the white space is an error of the build already.
  {
    nice -n 19 dotnet build packages/MassTransit.SqlTransport.Sqlite -c Release -p:MassTransitVersion=9.2.6 \
      -p:ArtifactsPath="$root/artifacts/massTransit9" &&
      nice -n 19 dotnet format whitespace . --folder --verify-no-changes
  } >"$root/artifacts/beside.log" 2>&1 &
  beside=$!
else
  for project in "${suites[0]}" Suites; do
    dotnet build "tests/$project" -c Release -v quiet -nologo || exit 1
  done
fi
[[ -z $peer ]] || wait "$peer" || say "The Kubo-like daemon could not be installed; its interop tests will say so."

assemblies=()
for suite in "${suites[@]}"; do
  assemblies+=("artifacts/bin/$suite/release/$suite.dll")
done
dotnet artifacts/bin/Suites/release/Suites.dll artifacts/results "$filter" "${assemblies[@]}"
ended=$?
if [[ -n $beside ]] && ! wait "$beside"; then
  say "The transport does not build against MassTransit 9, or the code is not as dotnet format writes it:"
  cat artifacts/beside.log
  exit 1
fi
trap - EXIT
exit $ended
