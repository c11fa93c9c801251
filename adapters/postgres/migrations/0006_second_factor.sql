-- A second factor beside the password: one-time codes by RFC 6238 under a secret that lies in the vault as sealed_id.
-- Not in force before confirmed_at. last_step: of the last code taken, so that none is good twice.
CREATE TABLE second_factors (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    sealed_id text NOT NULL,
    last_step bigint NOT NULL DEFAULT 0,
    enrolled_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    PRIMARY KEY (authority_id, officer)
);
ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE second_factors FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON second_factors
    USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Digests of the codes for whoever has lost the device; a used one is removed.
CREATE TABLE recovery_codes (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (authority_id, officer, digest)
);
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON recovery_codes
    USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- awaits: what a session lacks before it may do anything: 'code', 'enrolment' or nothing. proven_at: of the last code
-- given in it; null without a second factor.
ALTER TABLE sessions ADD COLUMN awaits text NOT NULL DEFAULT '', ADD COLUMN proven_at timestamptz;
