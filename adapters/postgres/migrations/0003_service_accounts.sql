-- Keys of service accounts, which belong to the authority and to no officer. What one may do stands in the log.
CREATE TABLE service_keys (
    authority_id integer NOT NULL,
    digest bytea NOT NULL,
    id text NOT NULL,
    service text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    used_at timestamptz,
    PRIMARY KEY (authority_id, digest)
);
ALTER TABLE service_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON service_keys USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);
