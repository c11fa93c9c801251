-- Spreads a migrated register over the nodes of a Citus cluster (12 or later, PostgreSQL 15 to 18), by authority.
-- Run with psql on the coordinator as a superuser, once, and again after each `taizhang migrate` that adds a table:
--     psql -d taizhang -v ON_ERROR_STOP=1 -f distribute.sql
-- What is distributed already is left alone. The rules it rests on: tests/adapters/postgres/test_catalogue.py.

-- On a plain server it stops here and has changed nothing.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        RAISE EXCEPTION 'there is no Citus in this database: nothing was changed'
            USING HINT = 'A register on a plain server needs no distributing. On a cluster, CREATE EXTENSION citus first.';
    END IF;
END $$;

-- The authority of a transaction (SET LOCAL in the function `enter`) goes with its statements to the workers.
SELECT format('ALTER DATABASE %I SET citus.propagate_set_commands = ''local''', current_database()) \gexec
-- Limits of a session stay on the coordinator; those of a role are propagated.
ALTER ROLE taizhang SET lock_timeout = '2s';
ALTER ROLE taizhang SET statement_timeout = '60s';

-- The append-only triggers are statement triggers; on a shard they fire where the statement touches it.
SET citus.enable_unsafe_triggers = on;
-- Tables and functions are distributed in one session, one after another.
SET citus.multi_shard_modify_mode = 'sequential';
SET citus.shard_count = 32;

-- Heads first: every other table of an authority lies beside them, so that no transaction leaves its node.
SELECT format('SELECT create_distributed_table(%L, ''authority_id'', colocate_with => %L)', name,
              CASE name WHEN 'heads' THEN 'none' ELSE 'heads' END)
FROM (
    SELECT relname AS name FROM pg_class AS t
    JOIN pg_attribute ON attrelid = t.oid AND attname = 'authority_id' AND NOT attisdropped
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'authorities'
      AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t.oid)
) AS missing
ORDER BY name <> 'heads', name \gexec
-- authorities, migrations, vault_keys, signing_keys and machines stay on the coordinator: small, and read by themselves.

-- Functions that write an authority's rows run on the node that has them; `enter` must be there on each.
SELECT format('SELECT create_distributed_function(%L, ''$1'', colocate_with => ''heads'')', oid::regprocedure)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype
  AND proargnames[1] = 'authority' AND proname <> 'enter' \gexec
SELECT create_distributed_function('enter(integer)');
