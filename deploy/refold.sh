#!/bin/sh
# refold.sh [YEAR]: the year folded again from the logs alone, apart from the services. Prints the digest of the result;
# the same logs and the same rules give the same digest, on every machine and in every order of arrival.
set -eu
year=${1:-}
[ -n "$year" ] || year=$(TZ=Asia/Shanghai date +%Y)
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
zhucun export --disclosures "$private/disclosures" > "$private/events"
zhucun assess --events "$private/events" --disclosures "$private/disclosures" --year "$year" --json > "$private/result"
echo "refold of $year: $(wc -l < "$private/events") events, sha256 $(sha256sum < "$private/result" | cut -d' ' -f1)"
