#!/bin/bash
# Passwords of the roles, and the role that backs up: run once by the image, when the database is made.
set -euo pipefail
psql --quiet --username postgres --set ON_ERROR_STOP=1 \
    --set owner="$(cat /run/secrets/owner_password)" --set program="$(cat /run/secrets/program_password)" \
    --set backup="$(cat /run/secrets/backup_password)" <<'SQL'
ALTER ROLE taizhang_owner PASSWORD :'owner';
ALTER ROLE taizhang PASSWORD :'program';
CREATE ROLE taizhang_backup LOGIN REPLICATION PASSWORD :'backup';
SQL
echo 'host replication taizhang_backup samenet scram-sha-256' >>"$PGDATA/pg_hba.conf"
