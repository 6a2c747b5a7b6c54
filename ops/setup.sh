# Installs what is missing, for run.sh and test.sh. Sourced, not run.
# On Debian and Raspberry Pi OS with apt, only what is missing, saying what it does; elsewhere it prints what to install.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

say() { printf '%s\n' "$*" >&2; }

# The first of several package names that this release of the distribution knows (sonames differ by release).
first_known() {
  local name
  for name in "$@"; do
    if apt-cache show "$name" >/dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
  echo "$1"
}

has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

# install_missing: each argument is "WHAT:PACKAGE[|PACKAGE...]", where WHAT is a library's soname (lib...), a file (/...) or a command.
install_missing() {
  local wanted=() need what packages
  for need in "$@"; do
    what="${need%%:*}"
    packages="${need#*:}"
    if [[ $what == lib* ]]; then
      has_library "$what" && continue
    elif [[ $what == /* ]]; then
      [[ -e $what ]] && continue
    else
      command -v "$what" >/dev/null 2>&1 && continue
    fi
    wanted+=("$packages")
  done
  [[ ${#wanted[@]} -eq 0 ]] && return 0

  if ! command -v apt-get >/dev/null 2>&1; then
    say "These are missing, and this system has no apt-get to install them with (names as in Debian):"
    say "  ${wanted[*]//|/ or }"
    exit 1
  fi
  local sudo=()
  if [[ $EUID -ne 0 ]]; then
    sudo=(sudo)
  fi
  say "Reading the package lists (apt-get update) ..."
  "${sudo[@]}" apt-get update -qq >&2
  local names=()
  for packages in "${wanted[@]}"; do
    names+=("$(IFS='|' read -ra alternatives <<<"$packages" && first_known "${alternatives[@]}")")
  done
  say "Installing with apt: ${names[*]}"
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${names[@]}" >&2
}

stop_services() {
  local sudo=() service
  if [[ $EUID -ne 0 ]]; then
    sudo=(sudo)
  fi
  [[ -d /run/systemd/system ]] || return 0
  for service in "$@"; do
    say "Stopping the service that came with it: $service"
    "${sudo[@]}" systemctl disable --quiet --now "$service" >&2
  done
}

# The least that the bundled libraries need. A system with another C library than glibc has files of its own in the packages.
require_glibc() {
  local least=2.34 found
  found="$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2 || true)"
  [[ -z $found || "$(printf '%s\n' "$least" "$found" | sort -V | head -1)" == "$least" ]] && return 0
  say "This system has glibc $found; the libraries that come with the program need $least or newer:" \
    "Debian 12, Raspberry Pi OS of 2023, Ubuntu 22.04."
  exit 1
}

require_dotnet() {
  local wanted=10
  if command -v dotnet >/dev/null 2>&1 && dotnet --list-sdks | grep -q "^$wanted\."; then
    return 0
  fi
  say "The .NET $wanted SDK is missing. On Debian, Raspberry Pi OS or any other Linux:"
  say "  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel $wanted.0"
  say "  export PATH=\"\$HOME/.dotnet:\$PATH\" DOTNET_ROOT=\"\$HOME/.dotnet\""
  say "On Windows: winget install Microsoft.DotNet.SDK.$wanted"
  say "On macOS:   brew install --cask dotnet-sdk"
  exit 1
}

# What the program needs: OpenSSL (.NET's own TLS and hashes), the decoders of previews, and Node.js to fetch the console's scripts at build
# time.
runtime_needs=(
  "libssl.so.3:libssl3|libssl3t64"
  "libturbojpeg.so.0:libturbojpeg0"
  "libraw.so:libraw20|libraw23t64|libraw23"
  "node:nodejs"
  "npm:npm"
)

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
