#!/bin/sh
# A daemon that speaks Kubo's RPC (npm "ipfs"), for the interop tests.
#   kubo-peer.sh install    installs it once (3 minutes, 217 MB) into $WANDA_KUBO_PEER, or else into the user's cache, which clones share
#   kubo-peer.sh run REPO   runs it on free loopback ports with a repository in the folder REPO, until it is ended; REPO/api tells the port
set -eu
peers=$(cd "$(dirname "$0")/peers" && pwd)
folder=${WANDA_KUBO_PEER:-${XDG_CACHE_HOME:-$HOME/.cache}/wanda-tests/kubo-peer}
case "${1:-}" in
  install)
    [ -e "$folder/node_modules/.installed" ] && exit 0
    mkdir -p "$folder"
    cd "$folder"
    cat > package.json <<'JSON'
{ "private": true, "dependencies": { "ipfs": "0.66.1" }, "overrides": { "@multiformats/multiaddr": "11.6.1" } }
JSON
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error
    touch node_modules/.installed
    ;;
  run)
    repo=${2:?"usage: kubo-peer.sh run REPO"}
    if [ ! -e "$folder/node_modules/.installed" ]; then
      echo "The daemon is not installed in $folder. Run tests/Wanda.Interop.Tests/kubo-peer.sh install, or ops/test.sh, which does." >&2
      exit 3
    fi
    mkdir -p "$repo"
    # Profile "test": free ports on loopback, no bootstrap, no discovery; but for one port, which it leaves fixed.
    echo '{ "Addresses": { "RPC": "/ip4/127.0.0.1/tcp/0" } }' > "$repo/init.json"
    cd "$folder"
    IPFS_PATH=$repo exec node --require "$peers/polyfill.cjs" node_modules/.bin/jsipfs daemon --init-config="$repo/init.json" \
      --init-profile=test
    ;;
  *)
    echo "usage: kubo-peer.sh install | run REPO" >&2
    exit 2
    ;;
esac
