#!/bin/sh
# backup.sh DIRECTORY: a base backup of the whole cluster, verified, under DIRECTORY/<UTC time>. Prints where.
# The server is named by PGHOST, PGPORT, PGUSER and a password file (PGPASSFILE), as for any PostgreSQL program.
# Run it nightly beside continuous archiving (archive.sh). Keep at least two, on other disks than the database's, and the
# state files of the signers (ZHUCUN_STATE_DIR) and the keys in backups of their own: never together with this one.
set -eu
directory=$1
name=$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$directory"
pg_basebackup --pgdata="$directory/$name.unfinished" --format=plain --wal-method=stream --checkpoint=fast \
    --manifest-checksums=SHA256 --no-password
pg_verifybackup --quiet "$directory/$name.unfinished"
mv "$directory/$name.unfinished" "$directory/$name"
sync "$directory"
echo "$directory/$name"
