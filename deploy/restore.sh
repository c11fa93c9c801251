#!/bin/bash
# Restores a data directory as of a moment, or to the end of the streamed log; see README.md in this directory.
#
#   restore.sh DIRECTORY ['2026-11-24 09:30:00+08']
#
# PG_BIN: folder of PostgreSQL's programs, of the major version of the backup. TAIZHANG_BACKUP: where backup.sh put it.
# TAIZHANG_ACCOUNT: as root, the account that will run the server (default taizhang).
set -euo pipefail
umask 077
: "${PG_BIN:?} ${TAIZHANG_BACKUP:?}"
here=$(cd "$(dirname "$0")" && pwd)
data=$(realpath -m "${1:?用法：restore.sh 目录 [时刻]}")
moment=${2:-}

fail() {
    echo "恢复没有完成：$*" >&2
    exit 1
}
# Root may not run a server; the files must belong to the account that does.
if [[ $(id -u) = 0 ]]; then
    account=${TAIZHANG_ACCOUNT:-taizhang}
    as() { (cd / && runuser -u "$account" -- "$@"); }
    own() { chown -R "$account:" "$@"; }
else
    as() { "$@"; }
    own() { :; }
fi

[[ ! -e $data ]] || fail "$data 已经存在；请恢复到新的目录"
until=99999999T999999Z
if [[ $moment ]]; then
    until=$(date -u -d "$moment" +%Y%m%dT%H%M%SZ) || fail "看不懂时刻 $moment"
    moment=$(date -u -d "$moment" '+%F %T.%6N+00')
fi
base=
for found in "$TAIZHANG_BACKUP"/base/[0-9]*Z; do
    [[ $(basename "$found") > $until ]] || base=$found
done
[[ -d $base ]] || fail "没有早于该时刻的基础备份"

new=$data.unfinished
work=$(mktemp -d)
ended() {
    as "$PG_BIN/pg_ctl" stop -D "$new" -w -s -m immediate >/dev/null 2>&1 || true
    rm -rf "$new" "$work"
}
rm -rf "$new"
trap ended EXIT
(umask 066 && mkdir -p "$(dirname "$data")") # the account must be able to enter it

cp -a "$base" "$new"
first=$(sed -n 's/^START WAL LOCATION: .*(file \(.*\))$/\1/p' "$new/backup_label")
for log in "$TAIZHANG_BACKUP"/wal/*; do
    name=$(basename "$log" .partial)
    # The base backup has the log of its own duration; of two files with one name the newer one is the longer.
    if [[ -f $log && ! $name < $first && ! $new/pg_wal/$name -nt $log ]]; then
        cp -p "$log" "$new/pg_wal/$name"
    fi
done
touch "$new/recovery.signal"

# A separate configuration for the recovery: the source's may be elsewhere, or admit clients too early.
echo "local all all trust" >"$work/hba"
touch "$work/ident" "$work/postgresql.conf"
own "$new" "$work"
settings="-c config_file=$work/postgresql.conf -c hba_file=$work/hba -c ident_file=$work/ident"
settings+=" -c listen_addresses= -c unix_socket_directories=$work -c port=5432 -c archive_mode=off"
settings+=" -c hot_standby=off -c restore_command=false"
[[ ! $moment ]] || settings+=" -c recovery_target_time='$moment' -c recovery_target_action=promote"
not_recovered() {
    as tail -n 8 "$work/log" >&2
    fail "PostgreSQL 未能恢复${moment:+到 $moment}；备份未作改动"
}
query() {
    as "$PG_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$work" -p 5432 -U postgres -d "${PGDATABASE:-taizhang}" -f -
}
as "$PG_BIN/pg_ctl" start -D "$new" -w -t 86400 -s -l "$work/log" -o "$settings" || not_recovered
# Without hot standby it accepts no connections before it has recovered; it stops if the target cannot be reached.
until query </dev/null >/dev/null 2>&1; do
    as "$PG_BIN/pg_ctl" status -D "$new" >/dev/null || not_recovered
    sleep 0.2
done
found=$(query <"$here/check.sql") || found="检查未能完成"
as "$PG_BIN/pg_ctl" stop -D "$new" -w -s -m fast
[[ ! $found ]] || fail "日志不完整：$found"
mv -T "$new" "$data"
sync
echo "$data 已恢复自 $(basename "$base")${moment:+，截至 $moment}；日志检查无误。请放回密钥文件，再运行 taizhang rebuild。"
