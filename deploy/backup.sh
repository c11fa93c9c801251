#!/bin/bash
# The three parts of a backup; see README.md in this directory.
#
#   backup.sh base     a verified base backup into $TAIZHANG_BACKUP/base
#   backup.sh stream   the write-ahead log into $TAIZHANG_BACKUP/wal, continuously; runs until stopped
#   backup.sh keys     the key files from $TAIZHANG_KEYS into $TAIZHANG_KEYS_BACKUP
#
# PG_BIN: folder of PostgreSQL's programs. PGHOST, PGPORT, PGUSER and so on: a role with REPLICATION.
set -euo pipefail
umask 077
slot=taizhang_backup

fail() {
    echo "备份没有完成：$*" >&2
    exit 1
}

base() {
    mkdir -p "$TAIZHANG_BACKUP/base"
    new=$(mktemp -d "$TAIZHANG_BACKUP/base/new-XXXXXX")
    trap 'rm -rf "$new"' EXIT
    "$PG_BIN/pg_basebackup" -D "$new" --checkpoint=fast --wal-method=stream --no-password
    "$PG_BIN/pg_verifybackup" --quiet "$new" || fail "$new 未通过校验"
    # Named by the first full second after its end: it can restore every moment from then on.
    name=$TAIZHANG_BACKUP/base/$(date -u -d '+1 second' +%Y%m%dT%H%M%SZ)
    mv -T "$new" "$name"
    sync
    echo "$name"
}

stream() {
    mkdir -p "$TAIZHANG_BACKUP/wal"
    "$PG_BIN/pg_receivewal" --create-slot --if-not-exists --slot=$slot --no-password
    # Synchronous: on disk here before the next message is read.
    exec "$PG_BIN/pg_receivewal" -D "$TAIZHANG_BACKUP/wal" --slot=$slot --synchronous --no-password
}

keys() {
    : "${TAIZHANG_KEYS:?} ${TAIZHANG_KEYS_BACKUP:?}"
    mkdir -p "$TAIZHANG_KEYS_BACKUP"
    there=$(cd "$TAIZHANG_KEYS_BACKUP" && pwd -P)
    if [ -n "${TAIZHANG_BACKUP:-}" ] && [ -d "$TAIZHANG_BACKUP" ]; then
        # With both one could read erased names.
        case "$there/" in "$(cd "$TAIZHANG_BACKUP" && pwd -P)/"*) fail "密钥不得与数据库备份放在一处" ;; esac
    fi
    cp -p "$TAIZHANG_KEYS"/* "$there/"
    sync
}

case "${1:-}" in
base | stream)
    : "${PG_BIN:?} ${TAIZHANG_BACKUP:?}"
    "$1"
    ;;
keys) keys ;;
*) fail "用法：backup.sh base | stream | keys" ;;
esac
