-- Programs of schema 12 and later go on with it.
-- Secrets of the addresses by which calendars of officers are read: their digests alone.
CREATE TABLE calendar_keys (
    authority_id integer NOT NULL,
    digest bytea NOT NULL,
    id text NOT NULL,
    officer text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (authority_id, digest)
);
ALTER TABLE calendar_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON calendar_keys
    USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);
