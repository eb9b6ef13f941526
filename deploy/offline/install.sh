#!/bin/sh
# install.sh TARGET: zhucun into the virtual environment TARGET, from this directory alone; no network is asked for
# anything. SERVER=1 leaves out the embedded servers. PYTHON names the Python to use (>= 3.11).
set -eu
target=$1
cd "$(dirname "$0")"
sha256sum --quiet --check SHA256SUMS || { echo 'install.sh: the directory is not as it was written' >&2; exit 1; }
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'install.sh: needs Python >= 3.11' >&2; exit 1; }
lock=requirements.lock
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "${SERVER:-}" ]; then
    lock=$work/server.lock
    sh deploy/server_requirements.sh server requirements.lock > "$lock"
fi
"$python" -m venv "$target"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INDEX=1
"$target/bin/python" -m pip install --quiet --find-links wheels --require-hashes -r "$lock"
"$target/bin/python" -m pip install --quiet --find-links wheels --no-deps wheels/zhucun-*.whl
"$target/bin/zhucun" version
