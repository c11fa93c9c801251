-- Passkeys (WebAuthn) as a second factor: credential is what the authenticator attested, its public key in it. sign_count: of
-- the last use, 0 of one that does not count.
CREATE TABLE passkeys (
    authority_id integer NOT NULL,
    id text NOT NULL,
    officer text NOT NULL,
    name text NOT NULL,
    credential_id bytea NOT NULL,
    credential bytea NOT NULL,
    sign_count bigint NOT NULL,
    added_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (authority_id, id)
);
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (authority_id, credential_id);
CREATE INDEX passkeys_by_officer ON passkeys (authority_id, officer);
ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkeys FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON passkeys
    USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- What a passkey is to sign in this session, once: challenged_for says to what end.
ALTER TABLE sessions ADD COLUMN challenge bytea, ADD COLUMN challenged_for text, ADD COLUMN challenged_at timestamptz;
