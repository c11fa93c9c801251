-- Programs of schema 4 and later go on with it.
-- Where service accounts want to be told what is recorded. All times are the database's.
-- position: all up to it was delivered. sending: while a delivery is on its way, or was when its sender died, up to where
-- it goes: the same again until it is taken. holder, leased_until: who sends, and until when nobody else does.
-- failing_since: the first failure after the last success. secret_id: of the signing secret in the vault.
CREATE TABLE webhooks (
    authority_id integer NOT NULL,
    id text NOT NULL,
    service text NOT NULL,
    url text NOT NULL,
    secret_id text NOT NULL,
    position bigint NOT NULL,
    sending bigint,
    holder text NOT NULL DEFAULT '',
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    created_at timestamptz NOT NULL DEFAULT now(),
    delivered_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    next_at timestamptz NOT NULL DEFAULT now(),
    problem text NOT NULL DEFAULT '',
    paused_at timestamptz,
    PRIMARY KEY (authority_id, id)
);
ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON webhooks USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);
