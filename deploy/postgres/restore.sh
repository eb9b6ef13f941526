#!/bin/sh
# restore.sh BACKUP ARCHIVE TARGET [TIME]: a cluster ready to start in TARGET, which must not exist yet, from a base
# backup and the WAL archive; up to TIME ('2026-11-26 08:00:00+08'), or to the end of the archive.
# Never restore over a running or a damaged cluster: keep that one until the restored one has been checked.
# Run it as the account of PostgreSQL. Afterwards, in this order:
#   1. start PostgreSQL on TARGET and wait until it has left recovery (select pg_is_in_recovery());
#   2. zhucun log fsck SERVICE, for every service: the log derived again from its stored bytes;
#   3. zhucun doctor: compares every log with what it signed last, and says which indexes are missing if some are.
#      A service whose log lacks indexes that were signed refuses to seal: it never signs a second history.
set -eu
backup=$1 archive=$2 target=$3 time=${4:-}
if [ -e "$target" ]; then
    echo "restore.sh: $target is there already: name a new place" >&2
    exit 1
fi
pg_verifybackup --quiet "$backup"
mkdir -p "$(dirname "$target")"
cp -R "$backup" "$target.unfinished"
chmod 700 "$target.unfinished"
{
    echo "restore_command = 'cp \"$archive/%f\" \"%p\"'"
    echo "recovery_target_action = 'promote'"
    echo "archive_mode = 'off'   # on again, into a new archive, once the restored cluster is the real one"
    [ -z "$time" ] || echo "recovery_target_time = '$time'"
} >> "$target.unfinished/postgresql.auto.conf"
touch "$target.unfinished/recovery.signal"
mv "$target.unfinished" "$target"
echo "$target"
