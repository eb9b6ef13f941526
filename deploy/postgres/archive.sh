#!/bin/sh
# archive_command = 'sh /…/archive.sh "%p" "/archive/%f"'
# Copies one finished WAL file, complete or not at all, and never over another one. PostgreSQL repeats what fails.
set -eu
from=$1 to=$2
if [ -e "$to" ]; then
    cmp -s "$from" "$to" && exit 0
    echo "archive.sh: $to is there already and is another file" >&2
    exit 1
fi
cp "$from" "$to.unfinished"
sync "$to.unfinished"
mv "$to.unfinished" "$to"
sync "$(dirname "$to")"
