-- Programs of schema 12 and later go on with it.
-- Where an officer's mail goes: the address lies in the vault as sealed_id.
CREATE TABLE mail_addresses (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    sealed_id text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (authority_id, officer)
);
ALTER TABLE mail_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_addresses FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON mail_addresses
    USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- The daily digests: one of an officer and a day, so that none is sent twice. state: waiting, sent, refused by the server
-- for good, empty (there was nothing to say) or lapsed (its day went by). id: of the mail, the same however often it is
-- sent. subject, text: blank once nothing is left to send. holder, leased_until: who sends, and until when nobody else does.
CREATE TABLE digests (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    day date NOT NULL,
    id text NOT NULL,
    state text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    holder text NOT NULL DEFAULT '',
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    next_at timestamptz NOT NULL DEFAULT now(),
    failures integer NOT NULL DEFAULT 0,
    problem text NOT NULL DEFAULT '',
    sent_at timestamptz,
    PRIMARY KEY (authority_id, officer, day)
);
ALTER TABLE digests ENABLE ROW LEVEL SECURITY;
ALTER TABLE digests FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON digests USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);
