#!/usr/bin/env bash
# Builds what Sousvide is compared with: a virtual environment with pinned packages (about 6 GB) and
# models with random weights. Everything lands in $PEERS_HOME; what is there already is kept.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="${PEERS_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/sousvide-peers}"
python="${PEERS_PYTHON:-python3}"
mkdir -p "$home"
[ -x "$home/venv/bin/python" ] || "$python" -m venv "$home/venv"
if ! cmp -s "$here/requirements.lock" "$home/requirements.installed"; then
  "$home/venv/bin/pip" install --quiet --no-deps -r "$here/requirements.lock"
  cp "$here/requirements.lock" "$home/requirements.installed"
fi
PEERS_HOME="$home" "$home/venv/bin/python" "$here/models.py"
