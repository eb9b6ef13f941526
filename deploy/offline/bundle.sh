#!/bin/sh
# bundle.sh PYTHON OUT: everything that a machine without any network needs, in the new directory OUT:
#   wheels/          hash-locked packages for this kind of machine, and zhucun itself
#   images/          zhucun.tar, where a container engine answers and has the image
#   zhucun-chart.tgz, deploy/, requirements.lock, sbom.cdx.json, SHA256SUMS, install.sh
# For the other architecture as well: MACHINES=aarch64 (or x86_64) PYTHON_VERSION=3.11.
set -eu
python=$1 out=$2
cd "$(dirname "$0")/../.."
[ ! -e "$out" ] || { echo "bundle.sh: $out is there already: remove it or name another OUT" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
mkdir -p "$work/out/wheels" "$work/source"

"$python" -m pip download --quiet --require-hashes --only-binary :all: --dest "$work/out/wheels" -r requirements.lock \
    2> "$work/said" || { cat "$work/said" >&2; exit 1; }
cat "$work/said" >&2
if grep -q yanked "$work/said"; then echo "bundle.sh: a pinned version was withdrawn: make lock" >&2; exit 1; fi
for machine in ${MACHINES:-}; do
    # pip takes a wheel for exactly the platforms it is told, not for older ones: every one that glibc 2.28 runs.
    "$python" -m pip download --quiet --require-hashes --only-binary :all: --no-deps --dest "$work/out/wheels" \
        --platform "manylinux_2_28_$machine" --platform "manylinux_2_27_$machine" --platform "manylinux_2_17_$machine" \
        --platform "manylinux2014_$machine" --python-version "${PYTHON_VERSION:-3.11}" -r requirements.lock
done
# The wheel of zhucun is built from a copy, so that nothing is written into the work tree.
tar -cf - --exclude=__pycache__ contracts services deploy README.md pyproject.toml | tar -xf - -C "$work/source"
rm -rf "$work/source/deploy/compose/private"
"$python" -m venv "$work/builder"
sh deploy/server_requirements.sh build requirements.lock > "$work/build.lock"
"$work/builder/bin/python" -m pip install --quiet --no-index --find-links "$work/out/wheels" --require-hashes -r "$work/build.lock"
"$work/builder/bin/python" -m pip wheel --quiet --no-deps --no-index --no-build-isolation --wheel-dir "$work/out/wheels" "$work/source"

cp requirements.lock "$work/out/"
cp deploy/offline/install.sh "$work/out/"
tar -czf "$work/out/zhucun-chart.tgz" -C deploy/chart zhucun
tar -cf - --exclude=__pycache__ --exclude=private deploy | tar -xf - -C "$work/out"
mkdir "$work/out/source" && cp -R "$work/source/contracts" "$work/source/services" README.md pyproject.toml .dockerignore "$work/out/source/"
image=${ZHUCUN_IMAGE:-zhucun:0.1.0}
if command -v "${DOCKER:-docker}" >/dev/null 2>&1 && "${DOCKER:-docker}" image inspect "$image" >/dev/null 2>&1; then
    made=$("${DOCKER:-docker}" image inspect --format '{{.Created}}' "$image")
    newer=$(find contracts services deploy pyproject.toml requirements.lock -type f ! -path '*/__pycache__/*' ! -path '*/private/*' -newermt "$made" | head -n 1)
    if [ -n "$newer" ]; then
        echo "bundle.sh: $image is older than $newer: the directory has no images/; build the image first, or on the other machine" >&2
    else
        mkdir "$work/out/images" && "${DOCKER:-docker}" save -o "$work/out/images/zhucun.tar" "$image"
    fi
else
    echo "bundle.sh: no container engine holds $image: the directory has no images/" >&2
fi
"$python" deploy/offline/sbom.py "$work/out/wheels" > "$work/out/sbom.cdx.json"
(cd "$work/out" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > SHA256SUMS)
mv "$work/out" "$out"
echo "$out: $(ls "$out/wheels" | wc -l) wheels, $(du -sh "$out" | cut -f1)"
