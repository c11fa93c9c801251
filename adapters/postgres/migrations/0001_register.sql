-- The register of any number of authorities. Every key begins with the authority: no transaction, lock or
-- unique key spans two. {runtime} is the role of the running program; it may append and read, never change.
-- Row policies are the second wall behind each statement's own condition, for the owner as well: a row is seen and
-- written in a transaction of its authority alone. Each is a plain expression: Citus refuses a sub-SELECT in one.

-- A temporary table of the same name would be read before ours.
REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;

-- Directory of authorities: the code outside, an integer inside. Read, and added to, outside any authority: where
-- taizhang.authority is 0 or not set. Within one, the others are not there.
CREATE TABLE authorities (
    authority_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE
);
ALTER TABLE authorities ENABLE ROW LEVEL SECURITY;
ALTER TABLE authorities FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON authorities USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);
CREATE POLICY directory ON authorities USING (coalesce(nullif(current_setting('taizhang.authority', true), ''), '0') = '0');

-- One row per authority, locked by whoever records. position: the last one given. authority_version: of the
-- authority's own stream, so that cached law is known to be right. law_digest: the law of the last rebuild.
-- Polled before replies, by the statement `poll` outside any authority, where a transaction would take three.
-- It tells how far a log reaches and since when, and how many requests came a year; nothing else of what is in it.
-- published: by year the position of its annual report's first publication, as JSON. numbers: by year of receipt the
-- last reference number given out or brought along, as JSON.
CREATE TABLE heads (
    authority_id integer PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz,
    authority_version integer NOT NULL DEFAULT 0,
    law_digest text NOT NULL DEFAULT '',
    published text NOT NULL DEFAULT '{}',
    numbers text NOT NULL DEFAULT '{}'
);
ALTER TABLE heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE heads FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON heads USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);
CREATE POLICY directory ON heads FOR SELECT USING (coalesce(nullif(current_setting('taizhang.authority', true), ''), '0') = '0');

-- The log. payload is msgspec JSON with sealed values; the bytes stored are the bytes that are hashed.
CREATE TABLE events (
    authority_id integer NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    position bigint NOT NULL,
    topic text NOT NULL,
    schema_version smallint NOT NULL,
    payload bytea NOT NULL,
    actor text,
    on_behalf_of text,
    recorded_at timestamptz NOT NULL,
    command_id text,
    body_mac bytea,
    acknowledged text[],
    leaf_format smallint NOT NULL,
    PRIMARY KEY (authority_id, stream, version),
    UNIQUE (authority_id, position),
    UNIQUE (authority_id, command_id)
);
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON events USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Belt and braces beside the grants; who can drop it is found out by the checkpoints, not by it.
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The log's size and root as signed, one row whenever it had grown: never two roots for one size. leaves: the
-- hashes of the entries since the checkpoint before, 32 bytes each; peaks: the tree's perfect subtrees, to go on from.
CREATE TABLE checkpoints (
    authority_id integer NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    leaves bytea NOT NULL,
    peaks bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (authority_id, size)
);
ALTER TABLE checkpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE checkpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON checkpoints USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One row per authority, locked by whoever seals: of several processes one at a time, and no recording waits for it.
CREATE TABLE sealers (
    authority_id integer PRIMARY KEY
);
ALTER TABLE sealers ENABLE ROW LEVEL SECURITY;
ALTER TABLE sealers FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sealers USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Personal data and free text, encrypted. Erasing a row touches neither log nor statistic. A new key re-encrypts
-- it in place; what the commitment in the log rests on, salt and field, stays.
CREATE TABLE vault (
    authority_id integer NOT NULL,
    id text NOT NULL,
    field text NOT NULL,
    key_id text NOT NULL,
    salt bytea NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (authority_id, id)
);
ALTER TABLE vault ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON vault USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Blind index: keyed digests of an applicant's id number and contacts as they stand, by which other requests of the
-- same applicant are found. position: of the receipt; sealed_id: of the applicant in the vault, from which a new
-- key makes the digests anew. Restricted ones are not looked for.
CREATE TABLE applicant_tokens (
    authority_id integer NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    token bytea NOT NULL,
    kind text NOT NULL,
    key_id text NOT NULL,
    sealed_id text NOT NULL,
    position bigint NOT NULL,
    restricted boolean NOT NULL DEFAULT false,
    PRIMARY KEY (authority_id, year, number, token)
);
CREATE INDEX applicant_tokens_by_token ON applicant_tokens (authority_id, token);
ALTER TABLE applicant_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE applicant_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON applicant_tokens USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Documents filed: what the commitment in the log rests on, and the content in encrypted pieces. nth: from 0.
CREATE TABLE documents (
    authority_id integer NOT NULL,
    id text NOT NULL,
    salt bytea NOT NULL,
    size_bytes integer NOT NULL,
    pieces integer NOT NULL,
    PRIMARY KEY (authority_id, id)
);
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON documents USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

CREATE TABLE document_pieces (
    authority_id integer NOT NULL,
    id text NOT NULL,
    nth integer NOT NULL,
    key_id text NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (authority_id, id, nth)
);
ALTER TABLE document_pieces ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
ALTER TABLE document_pieces ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_pieces FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON document_pieces USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- The vault's keys by name and fingerprint, so that a lost or wrong key file is noticed at start.
CREATE TABLE vault_keys (
    key_id text PRIMARY KEY,
    fingerprint bytea NOT NULL
);

-- The register: derived from the log and rebuilt from it at any time.
CREATE TABLE requests (
    authority_id integer NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    version integer NOT NULL,
    position bigint NOT NULL,
    law_digest text NOT NULL,
    stage text NOT NULL,
    received_on date NOT NULL,
    closed_on date,
    applicant_kind text NOT NULL,
    outcome text,
    started_on date NOT NULL,
    due_on date,
    original_due_on date NOT NULL,
    provisional boolean NOT NULL,
    extended boolean NOT NULL,
    supplemented boolean NOT NULL,
    consulted boolean NOT NULL,
    reopened boolean NOT NULL,
    suspended integer NOT NULL,
    irregularities text[] NOT NULL,
    closed_by text,
    timeliness text,
    original_timeliness text,
    taken integer,
    served_on date,
    respond_by date,
    pay_by date,
    redo_by date,
    unit text,
    PRIMARY KEY (authority_id, year, number)
);
-- Answers the tally of a period from the index alone, in the order it is grouped by.
CREATE INDEX requests_by_outcome ON requests (authority_id, applicant_kind, outcome, received_on, closed_on);
ALTER TABLE requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE requests FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON requests USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Times during which an appeal had one result; to_on is the first day it had another.
CREATE TABLE appeal_spells (
    authority_id integer NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    appeal text NOT NULL,
    from_on date NOT NULL,
    to_on date,
    route text NOT NULL,
    begun_on date NOT NULL,
    decided_on date,
    result text NOT NULL,
    PRIMARY KEY (authority_id, year, number, appeal, from_on)
);
ALTER TABLE appeal_spells ENABLE ROW LEVEL SECURITY;
ALTER TABLE appeal_spells FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON appeal_spells USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Officers' accounts: who may come in. Who may do what stands in the log, by the same id. All times are the database's.
-- failures: since the last right password. active_at: of the last login, or of the account's opening again.
CREATE TABLE accounts (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL,
    must_change boolean NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    last_login_at timestamptz,
    active_at timestamptz NOT NULL,
    disabled_at timestamptz,
    PRIMARY KEY (authority_id, officer)
);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON accounts USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Hashes of passwords that were in use before, so that they do not come again.
CREATE TABLE former_passwords (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    replaced_at timestamptz NOT NULL,
    password_hash text NOT NULL,
    PRIMARY KEY (authority_id, officer, replaced_at)
);
ALTER TABLE former_passwords ENABLE ROW LEVEL SECURITY;
ALTER TABLE former_passwords FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON former_passwords
    USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Sessions by the digest of what the browser holds; the thing itself is kept nowhere. powers: those it was made under.
CREATE TABLE sessions (
    authority_id integer NOT NULL,
    digest bytea NOT NULL,
    id text NOT NULL,
    officer text NOT NULL,
    powers text NOT NULL,
    must_change boolean NOT NULL,
    source text NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (authority_id, digest)
);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sessions USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Wrong passwords by where they came from.
CREATE TABLE login_sources (
    authority_id integer NOT NULL,
    source text NOT NULL,
    failures integer NOT NULL,
    failed_at timestamptz NOT NULL,
    PRIMARY KEY (authority_id, source)
);
ALTER TABLE login_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE login_sources FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON login_sources
    USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Keys of machines: each belongs to an officer and may do no more than they may, and of that only acts.
CREATE TABLE api_keys (
    authority_id integer NOT NULL,
    digest bytea NOT NULL,
    id text NOT NULL,
    officer text NOT NULL,
    name text NOT NULL,
    acts text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    used_at timestamptz,
    PRIMARY KEY (authority_id, digest)
);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON api_keys USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Who came in, was turned away, took keys and exports, and read personal data for what purpose. Nothing removes a row:
-- it is kept for six months at least by law (网络安全法), and by the office for as long as it likes.
CREATE TABLE access_log (
    authority_id integer NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    id text NOT NULL,
    actor text NOT NULL,
    act text NOT NULL,
    result text NOT NULL,
    source text NOT NULL,
    purpose text,
    reference text,
    route text NOT NULL,
    PRIMARY KEY (authority_id, at, id)
);
ALTER TABLE access_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_log FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON access_log USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- From here to its end the transaction is for this authority. A function, since Citus carries a SET LOCAL to its
-- workers only where that is all of what was sent, and begin, authority and lock are sent at once.
CREATE FUNCTION enter(authority integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL taizhang.authority = %L', $1);
END
$$;

-- What is written from JSON is joined to the head of its authority: of an INSERT without a table to read from Citus
-- makes a COPY, which row policies forbid.

-- The register's rows.
CREATE FUNCTION write_rows(authority integer, rows json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO requests (authority_id, year, number, version, position, law_digest, stage, received_on,
                          closed_on, applicant_kind, outcome, started_on, due_on, original_due_on, provisional,
                          extended, supplemented, consulted, reopened, suspended, irregularities, closed_by,
                          timeliness, original_timeliness, taken, served_on, respond_by, pay_by, redo_by, unit)
    SELECT $1, split_part(r.reference, '-', 1)::integer, split_part(r.reference, '-', 2)::integer,
           r.version, r.position, r.law_digest, r.stage, r.received_on,
           r.closed_on, r.applicant_kind, r.outcome, r.started_on, r.due_on, r.original_due_on, r.provisional,
           r.extended, r.supplemented, r.consulted, r.reopened, r.suspended, r.irregularities, r.closed_by, r.timeliness,
           r.original_timeliness, r.taken, r.served_on, r.respond_by, r.pay_by, r.redo_by, r.unit
    FROM heads AS head, json_to_recordset($2)
        AS r (reference text, version integer, position bigint, law_digest text, stage text, received_on date,
              closed_on date, applicant_kind text, outcome text, started_on date, due_on date,
              original_due_on date, provisional boolean, extended boolean, supplemented boolean,
              consulted boolean, reopened boolean, suspended integer, irregularities text[], closed_by text, timeliness text,
              original_timeliness text, taken integer, served_on date, respond_by date, pay_by date,
              redo_by date, unit text)
    WHERE head.authority_id = $1
    ON CONFLICT (authority_id, year, number) DO UPDATE SET
        version = excluded.version, position = excluded.position, law_digest = excluded.law_digest,
        stage = excluded.stage, received_on = excluded.received_on, closed_on = excluded.closed_on,
        applicant_kind = excluded.applicant_kind, outcome = excluded.outcome, started_on = excluded.started_on,
        due_on = excluded.due_on, original_due_on = excluded.original_due_on,
        provisional = excluded.provisional, extended = excluded.extended, supplemented = excluded.supplemented,
        consulted = excluded.consulted, reopened = excluded.reopened, suspended = excluded.suspended,
        irregularities = excluded.irregularities, closed_by = excluded.closed_by,
        timeliness = excluded.timeliness, original_timeliness = excluded.original_timeliness,
        taken = excluded.taken, served_on = excluded.served_on, respond_by = excluded.respond_by,
        pay_by = excluded.pay_by, redo_by = excluded.redo_by, unit = excluded.unit;
END
$$;

-- The blind index of applicants as told.
CREATE FUNCTION index_applicants(authority integer, tokens json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO applicant_tokens (authority_id, year, number, token, kind, key_id, sealed_id, position)
    SELECT $1, t.year, t.number, decode(t.token, 'base64'), t.kind, t.key_id, t.sealed_id, t.position
    FROM heads AS head, json_to_recordset($2)
        AS t (year integer, number integer, token text, kind text, key_id text, sealed_id text, position bigint)
    WHERE head.authority_id = $1
    ON CONFLICT DO NOTHING;
END
$$;

-- Entries after the position "before", recorded at "moment", with all that belongs to them; numbers and years
-- published where they change. False, and nothing written, unless the head stands there: a shard on its way to
-- another node can lose the lock.
CREATE FUNCTION append(
    authority integer, before bigint, moment timestamptz, law_version integer, years text, given text, told json,
    sealed json, tokens json, rows json
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE heads SET position = $2 + json_array_length($7), recorded_at = $3, authority_version = $4,
                     published = coalesce($5, published), numbers = coalesce($6, numbers)
    WHERE authority_id = $1 AND position = $2;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO events (authority_id, stream, version, position, topic, schema_version, payload, actor,
                        on_behalf_of, recorded_at, command_id, body_mac, acknowledged, leaf_format)
    SELECT $1, e.stream, e.version, $2 + e.nth, e.topic, e.schema_version, decode(e.payload, 'base64'), e.actor,
           e.on_behalf_of, $3, e.command_id, decode(e.body_mac, 'base64'), e.acknowledged, e.leaf_format
    FROM heads AS head, json_to_recordset($7)
        AS e (nth integer, stream text, version integer, topic text, schema_version smallint, payload text,
              actor text, on_behalf_of text, command_id text, body_mac text, acknowledged text[],
              leaf_format smallint)
    WHERE head.authority_id = $1;
    IF json_array_length($8) > 0 THEN
        INSERT INTO vault (authority_id, id, field, key_id, salt, nonce, ciphertext)
        SELECT $1, v.id, v.field, v.key_id, decode(v.salt, 'base64'), decode(v.nonce, 'base64'),
               decode(v.ciphertext, 'base64')
        FROM heads AS head, json_to_recordset($8)
            AS v (id text, field text, key_id text, salt text, nonce text, ciphertext text)
        WHERE head.authority_id = $1;
    END IF;
    IF json_array_length($9) > 0 THEN
        PERFORM index_applicants($1, $9);
    END IF;
    IF json_array_length($10) > 0 THEN
        PERFORM write_rows($1, $10);
    END IF;
    RETURN true;
END
$$;

REVOKE EXECUTE ON FUNCTION enter, write_rows, index_applicants, append FROM PUBLIC;
