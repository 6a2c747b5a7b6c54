#!/bin/sh
# Installs and runs a daemon that speaks Kubo's RPC (npm "ipfs"), in the folder given, until it is interrupted. For the Kubo tests of
# tests/Wanda.Ipfs.Tests: set WANDA_KUBO_RPC to the address that it prints.
set -eu
peers=$(cd "$(dirname "$0")/peers" && pwd)
folder=${1:?"usage: kubo-peer.sh FOLDER"}
mkdir -p "$folder"
cd "$folder"
if [ ! -d node_modules/ipfs ]; then
  cat > package.json <<'EOF'
{ "private": true, "dependencies": { "ipfs": "0.66.1" }, "overrides": { "@multiformats/multiaddr": "11.6.1" } }
EOF
  npm install --ignore-scripts --no-audit --no-fund
fi
IPFS_PATH=$PWD/repo
export IPFS_PATH
[ -d repo ] || node --require "$peers/polyfill.cjs" node_modules/.bin/jsipfs init --profile=test
exec node --require "$peers/polyfill.cjs" node_modules/.bin/jsipfs daemon
