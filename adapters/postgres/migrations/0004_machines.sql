-- Several machines on one register. Nothing here is of an authority.
-- Programs of schema 3 and later go on with it.

-- Machines that run the program, by host and directory of keys: a new vault key seals once each one seen lately has it.
CREATE TABLE machines (
    machine text PRIMARY KEY,
    seen_at timestamptz NOT NULL,
    vault_keys text[] NOT NULL
);

-- Public halves of the keys that sign checkpoints, by name: a machine without the last one makes none of its own.
CREATE TABLE signing_keys (
    name text PRIMARY KEY,
    public bytea NOT NULL
);
