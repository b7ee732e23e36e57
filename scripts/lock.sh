#!/bin/sh
# Pin every package with its hashes: requirements.txt for a server, requirements-dev.txt with the tools.
# The files name no index, so a mirror works as well as the public one (docs/adr/0001-lock-files.md).
set -eu
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo "make lock needs uv, which resolves for all systems at once." >&2; exit 1; }

compile() {
  output=$1
  shift
  uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
    --group build --extra postgres --extra redis ${UPGRADE:+--upgrade} --output-file "$output" "$@" >/dev/null
  echo "$output: $(grep -c '==' "$output") packages"
}

compile requirements.txt
compile requirements-dev.txt --extra dev --constraint requirements.txt
