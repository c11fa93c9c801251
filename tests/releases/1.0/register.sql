--
-- PostgreSQL database dump
--


-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: append(integer, bigint, timestamp with time zone, integer, text, text, json, json, json, json); Type: FUNCTION; Schema: public; Owner: taizhang_owner
--

CREATE FUNCTION public.append(authority integer, before bigint, moment timestamp with time zone, law_version integer, years text, given text, told json, sealed json, tokens json, rows json) RETURNS boolean
    LANGUAGE plpgsql
    AS $_$
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
$_$;


ALTER FUNCTION public.append(authority integer, before bigint, moment timestamp with time zone, law_version integer, years text, given text, told json, sealed json, tokens json, rows json) OWNER TO taizhang_owner;

--
-- Name: enter(integer); Type: FUNCTION; Schema: public; Owner: taizhang_owner
--

CREATE FUNCTION public.enter(authority integer) RETURNS void
    LANGUAGE plpgsql
    AS $_$
BEGIN
    EXECUTE format('SET LOCAL taizhang.authority = %L', $1);
END
$_$;


ALTER FUNCTION public.enter(authority integer) OWNER TO taizhang_owner;

--
-- Name: index_applicants(integer, json); Type: FUNCTION; Schema: public; Owner: taizhang_owner
--

CREATE FUNCTION public.index_applicants(authority integer, tokens json) RETURNS void
    LANGUAGE plpgsql
    AS $_$
BEGIN
    INSERT INTO applicant_tokens (authority_id, year, number, token, kind, key_id, sealed_id, position)
    SELECT $1, t.year, t.number, decode(t.token, 'base64'), t.kind, t.key_id, t.sealed_id, t.position
    FROM heads AS head, json_to_recordset($2)
        AS t (year integer, number integer, token text, kind text, key_id text, sealed_id text, position bigint)
    WHERE head.authority_id = $1
    ON CONFLICT DO NOTHING;
END
$_$;


ALTER FUNCTION public.index_applicants(authority integer, tokens json) OWNER TO taizhang_owner;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: taizhang_owner
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;


ALTER FUNCTION public.refuse_change() OWNER TO taizhang_owner;

--
-- Name: write_rows(integer, json); Type: FUNCTION; Schema: public; Owner: taizhang_owner
--

CREATE FUNCTION public.write_rows(authority integer, rows json) RETURNS void
    LANGUAGE plpgsql
    AS $_$
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
$_$;


ALTER FUNCTION public.write_rows(authority integer, rows json) OWNER TO taizhang_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: access_log; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.access_log (
    authority_id integer NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    id text NOT NULL,
    actor text NOT NULL,
    act text NOT NULL,
    result text NOT NULL,
    source text NOT NULL,
    purpose text,
    reference text,
    route text NOT NULL
);

ALTER TABLE ONLY public.access_log FORCE ROW LEVEL SECURITY;


ALTER TABLE public.access_log OWNER TO taizhang_owner;

--
-- Name: accounts; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.accounts (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    must_change boolean NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    last_login_at timestamp with time zone,
    active_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone
);

ALTER TABLE ONLY public.accounts FORCE ROW LEVEL SECURITY;


ALTER TABLE public.accounts OWNER TO taizhang_owner;

--
-- Name: api_keys; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.api_keys (
    authority_id integer NOT NULL,
    digest bytea NOT NULL,
    id text NOT NULL,
    officer text NOT NULL,
    name text NOT NULL,
    acts text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    used_at timestamp with time zone
);

ALTER TABLE ONLY public.api_keys FORCE ROW LEVEL SECURITY;


ALTER TABLE public.api_keys OWNER TO taizhang_owner;

--
-- Name: appeal_spells; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.appeal_spells (
    authority_id integer NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    appeal text NOT NULL,
    from_on date NOT NULL,
    to_on date,
    route text NOT NULL,
    begun_on date NOT NULL,
    decided_on date,
    result text NOT NULL
);

ALTER TABLE ONLY public.appeal_spells FORCE ROW LEVEL SECURITY;


ALTER TABLE public.appeal_spells OWNER TO taizhang_owner;

--
-- Name: applicant_tokens; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.applicant_tokens (
    authority_id integer NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    token bytea NOT NULL,
    kind text NOT NULL,
    key_id text NOT NULL,
    sealed_id text NOT NULL,
    "position" bigint NOT NULL,
    restricted boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY public.applicant_tokens FORCE ROW LEVEL SECURITY;


ALTER TABLE public.applicant_tokens OWNER TO taizhang_owner;

--
-- Name: authorities; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.authorities (
    authority_id integer NOT NULL,
    code text NOT NULL
);

ALTER TABLE ONLY public.authorities FORCE ROW LEVEL SECURITY;


ALTER TABLE public.authorities OWNER TO taizhang_owner;

--
-- Name: authorities_authority_id_seq; Type: SEQUENCE; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.authorities ALTER COLUMN authority_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.authorities_authority_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: checkpoints; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.checkpoints (
    authority_id integer NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    leaves bytea NOT NULL,
    peaks bytea NOT NULL,
    sealed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE ONLY public.checkpoints FORCE ROW LEVEL SECURITY;


ALTER TABLE public.checkpoints OWNER TO taizhang_owner;

--
-- Name: document_pieces; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.document_pieces (
    authority_id integer NOT NULL,
    id text NOT NULL,
    nth integer NOT NULL,
    key_id text NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL
);
ALTER TABLE ONLY public.document_pieces ALTER COLUMN ciphertext SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.document_pieces FORCE ROW LEVEL SECURITY;


ALTER TABLE public.document_pieces OWNER TO taizhang_owner;

--
-- Name: documents; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.documents (
    authority_id integer NOT NULL,
    id text NOT NULL,
    salt bytea NOT NULL,
    size_bytes integer NOT NULL,
    pieces integer NOT NULL
);

ALTER TABLE ONLY public.documents FORCE ROW LEVEL SECURITY;


ALTER TABLE public.documents OWNER TO taizhang_owner;

--
-- Name: events; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.events (
    authority_id integer NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    "position" bigint NOT NULL,
    topic text NOT NULL,
    schema_version smallint NOT NULL,
    payload bytea NOT NULL,
    actor text,
    on_behalf_of text,
    recorded_at timestamp with time zone NOT NULL,
    command_id text,
    body_mac bytea,
    acknowledged text[],
    leaf_format smallint NOT NULL
);

ALTER TABLE ONLY public.events FORCE ROW LEVEL SECURITY;


ALTER TABLE public.events OWNER TO taizhang_owner;

--
-- Name: former_passwords; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.former_passwords (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    password_hash text NOT NULL
);

ALTER TABLE ONLY public.former_passwords FORCE ROW LEVEL SECURITY;


ALTER TABLE public.former_passwords OWNER TO taizhang_owner;

--
-- Name: heads; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.heads (
    authority_id integer NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    recorded_at timestamp with time zone,
    authority_version integer DEFAULT 0 NOT NULL,
    law_digest text DEFAULT ''::text NOT NULL,
    published text DEFAULT '{}'::text NOT NULL,
    numbers text DEFAULT '{}'::text NOT NULL
);

ALTER TABLE ONLY public.heads FORCE ROW LEVEL SECURITY;


ALTER TABLE public.heads OWNER TO taizhang_owner;

--
-- Name: login_sources; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.login_sources (
    authority_id integer NOT NULL,
    source text NOT NULL,
    failures integer NOT NULL,
    failed_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.login_sources FORCE ROW LEVEL SECURITY;


ALTER TABLE public.login_sources OWNER TO taizhang_owner;

--
-- Name: migrations; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.migrations (
    number integer NOT NULL,
    name text NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.migrations OWNER TO taizhang_owner;

--
-- Name: requests; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.requests (
    authority_id integer NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    version integer NOT NULL,
    "position" bigint NOT NULL,
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
    unit text
);

ALTER TABLE ONLY public.requests FORCE ROW LEVEL SECURITY;


ALTER TABLE public.requests OWNER TO taizhang_owner;

--
-- Name: sealers; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.sealers (
    authority_id integer NOT NULL
);

ALTER TABLE ONLY public.sealers FORCE ROW LEVEL SECURITY;


ALTER TABLE public.sealers OWNER TO taizhang_owner;

--
-- Name: sessions; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.sessions (
    authority_id integer NOT NULL,
    digest bytea NOT NULL,
    id text NOT NULL,
    officer text NOT NULL,
    powers text NOT NULL,
    must_change boolean NOT NULL,
    source text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;


ALTER TABLE public.sessions OWNER TO taizhang_owner;

--
-- Name: vault; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.vault (
    authority_id integer NOT NULL,
    id text NOT NULL,
    field text NOT NULL,
    key_id text NOT NULL,
    salt bytea NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL
);

ALTER TABLE ONLY public.vault FORCE ROW LEVEL SECURITY;


ALTER TABLE public.vault OWNER TO taizhang_owner;

--
-- Name: vault_keys; Type: TABLE; Schema: public; Owner: taizhang_owner
--

CREATE TABLE public.vault_keys (
    key_id text NOT NULL,
    fingerprint bytea NOT NULL
);


ALTER TABLE public.vault_keys OWNER TO taizhang_owner;

--
-- Data for Name: access_log; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.access_log VALUES (2, '2026-11-28 20:50:22.513113+00', '835b65c9f24a44968a8279e51846e38d', 'zhou', 'account_created', 'done', 'local', NULL, 'li', 'release');
INSERT INTO public.access_log VALUES (2, '2026-11-28 20:50:22.52438+00', '5c827f9a2cad4233b5c688f35970e368', 'zhou', 'key_created', 'done', 'local', NULL, '13b093619ee54deda54d501a1a37e64a', 'release');


--
-- Data for Name: accounts; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.accounts VALUES (2, 'li', '李某', '$argon2id$v=19$m=65536,t=3,p=4$fDApuH4HKolvkp5FJCJ7ww$z1dCUg6+D58hvHsNM6VD/q86NToh8CkRfDorvXKzDk0', '2026-11-28 20:50:22.507075+00', true, 0, NULL, NULL, '2026-11-28 20:50:22.507075+00', NULL);


--
-- Data for Name: api_keys; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.api_keys VALUES (2, '\xe0ccac3a3d2ae1ff945c920e60da5d6d379f78314b3e4e46f2cfc513ec4516c9', '13b093619ee54deda54d501a1a37e64a', 'li', '某系统', '{read}', '2026-11-28 20:50:22.521178+00', '2027-02-26 20:50:22.521178+00', NULL, NULL);


--
-- Data for Name: appeal_spells; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.appeal_spells VALUES (1, 2020, 5, '救济1', '2021-01-09', '2021-02-23', 'reconsideration', '2021-01-09', '2021-02-23', 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2020, 5, '救济1', '2021-02-23', '2021-03-03', 'reconsideration', '2021-01-09', '2021-02-23', 'corrected');
INSERT INTO public.appeal_spells VALUES (1, 2020, 5, '救济1', '2021-03-03', NULL, 'reconsideration', '2021-01-09', '2021-02-23', 'other');
INSERT INTO public.appeal_spells VALUES (1, 2020, 5, '救济2', '2021-03-12', NULL, 'litigation_direct', '2021-03-12', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2020, 5, '救济3', '2021-03-20', NULL, 'litigation_direct', '2021-03-20', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2018, 1, '救济1', '2018-08-30', NULL, 'litigation_after_reconsideration', '2018-08-30', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2018, 1, '救济2', '2018-09-11', NULL, 'litigation_after_reconsideration', '2018-09-11', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2018, 1, '救济3', '2018-09-26', NULL, 'litigation_after_reconsideration', '2018-09-26', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2023, 3, '救济1', '2023-04-06', '2023-04-10', 'litigation_after_reconsideration', '2023-04-06', '2023-04-10', 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2023, 3, '救济1', '2023-04-10', NULL, 'litigation_after_reconsideration', '2023-04-06', '2023-04-10', 'corrected');
INSERT INTO public.appeal_spells VALUES (1, 2023, 2, '救济1', '2023-05-27', NULL, 'litigation_after_reconsideration', '2023-05-27', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2020, 4, '救济1', '2020-09-09', NULL, 'litigation_direct', '2020-09-09', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2024, 1, '救济1', '2024-06-16', '2024-06-25', 'litigation_after_reconsideration', '2024-06-16', '2024-06-25', 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2024, 1, '救济1', '2024-06-25', NULL, 'litigation_after_reconsideration', '2024-06-16', '2024-06-25', 'corrected');
INSERT INTO public.appeal_spells VALUES (1, 2021, 1, '救济1', '2021-10-08', '2021-10-16', 'reconsideration', '2021-10-08', '2021-10-16', 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2021, 1, '救济1', '2021-10-16', NULL, 'reconsideration', '2021-10-08', '2021-10-16', 'corrected');
INSERT INTO public.appeal_spells VALUES (1, 2021, 1, '救济2', '2021-12-19', NULL, 'reconsideration', '2021-12-19', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2024, 2, '救济1', '2024-12-30', '2025-03-24', 'reconsideration', '2024-12-30', '2025-03-24', 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2024, 2, '救济1', '2025-03-24', NULL, 'reconsideration', '2024-12-30', '2025-03-24', 'corrected');
INSERT INTO public.appeal_spells VALUES (1, 2024, 2, '救济2', '2025-03-11', NULL, 'litigation_after_reconsideration', '2025-03-11', NULL, 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2020, 1, '救济1', '2020-05-16', '2020-05-21', 'reconsideration', '2020-05-16', '2020-05-21', 'pending');
INSERT INTO public.appeal_spells VALUES (1, 2020, 1, '救济1', '2020-05-21', NULL, 'reconsideration', '2020-05-16', '2020-05-21', 'corrected');
INSERT INTO public.appeal_spells VALUES (1, 2022, 1, '救济1', '2022-06-08', NULL, 'litigation_direct', '2022-06-08', NULL, 'pending');


--
-- Data for Name: applicant_tokens; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.applicant_tokens VALUES (1, 2023, 1, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '0198703a88f84835a106e47115344329', 2, false);
INSERT INTO public.applicant_tokens VALUES (1, 2020, 1, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '2af036c39ff64862b159a7afa1fb9347', 3, false);
INSERT INTO public.applicant_tokens VALUES (1, 2025, 1, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '2c103af447934d03986bd64e07db4641', 4, false);
INSERT INTO public.applicant_tokens VALUES (1, 2022, 1, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', 'd80544ef781e4701b5d86692902693fc', 5, false);
INSERT INTO public.applicant_tokens VALUES (1, 2021, 1, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', 'cd739b82910140d484c1f7065486d8a5', 6, false);
INSERT INTO public.applicant_tokens VALUES (1, 2020, 2, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '7f781471060549a3af55a058221f2ac4', 7, false);
INSERT INTO public.applicant_tokens VALUES (1, 2024, 1, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '4d3696fc11624528b83045f085551647', 8, false);
INSERT INTO public.applicant_tokens VALUES (1, 2018, 1, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '3ac0a536c26f4e5988a4cf38073d7270', 9, false);
INSERT INTO public.applicant_tokens VALUES (1, 2020, 3, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '80bc6f2e09b4423fbe1656097d985758', 10, false);
INSERT INTO public.applicant_tokens VALUES (1, 2020, 4, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', 'eca5929cb6644587ac41167ac6b78e17', 11, false);
INSERT INTO public.applicant_tokens VALUES (1, 2020, 5, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '84fdb42d06b8453e8e0310b4bb130642', 13, false);
INSERT INTO public.applicant_tokens VALUES (1, 2023, 2, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '90317277df7245ec92946ba2ad533aef', 16, false);
INSERT INTO public.applicant_tokens VALUES (1, 2024, 2, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '0a52815da7d8486ba7e4f117ecaef817', 23, false);
INSERT INTO public.applicant_tokens VALUES (1, 2023, 3, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', 'ea56dc056e744ce0be106369ad61ab35', 28, false);
INSERT INTO public.applicant_tokens VALUES (1, 2019, 1, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '662c5e61aa5345e4b8fb85c0e6f8d9fc', 32, false);
INSERT INTO public.applicant_tokens VALUES (1, 2020, 6, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', 'c300ab63d87e4de1b0c668586735aa8f', 47, false);
INSERT INTO public.applicant_tokens VALUES (1, 2023, 4, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', 'ed50a6eac1184f419ec56101bcd88388', 55, false);
INSERT INTO public.applicant_tokens VALUES (1, 2022, 2, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '9b3c231516ef4d29a9021b0cce0fa120', 78, false);
INSERT INTO public.applicant_tokens VALUES (1, 2024, 3, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '420f8ac793904a0ea00d7a1bfdd6dbee', 89, false);
INSERT INTO public.applicant_tokens VALUES (1, 2019, 2, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '8b5cdf74e58f41efb4482b93cd4519ea', 100, false);
INSERT INTO public.applicant_tokens VALUES (1, 2020, 7, '\x9b4d386def7d0a4288c71ef9717f984c2c6bb151d0f616561e0ae6a4ab5cadae', 'id_number', '0001', '25c341d3034146c9a03b1535af915d63', 121, false);


--
-- Data for Name: authorities; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.authorities OVERRIDING SYSTEM VALUE VALUES (1, 'huadu');
INSERT INTO public.authorities OVERRIDING SYSTEM VALUE VALUES (2, 'shifan');


--
-- Data for Name: checkpoints; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.checkpoints VALUES (1, 127, 'taizhang/huadu
127
5l8GbAAQT5xBOX2udpDNQrEBigI0TCjZxyn7FigjFHM=

— taizhang/huadu DCeGTDcnjsYibVTtvmVZIrwFyIyEHyFG8uj7Mf/FHt7SUuY+lElmFpLcUhcLIL/a7JFFLaLM4GFjgu+7hbx6Vp7+aQg=
', '\x8413b29b4dfe95a534f6fd505b29a75b67db530a001d61623ebb5bb353ae007b38531ced1a8ad72e36300d68efdf0492afb9c90f6c2963a840647337f5126a6ecd1b8a38a01998065ced71e9b1bed5e0d4d23fb11a70edfeda9949eef11c920fcfdb22b9375553ea05bea48b68515be0ee564eeb78988231218a97fb33c8c715bfc156278263d6332dd318b99481fc666bd23aa65f926ea7796f154c1ccb1af17fac363c1468481ee17b582ca936be98c4a19347bfbb40bbe54b8daac2e60341ada87f54f390c4da8fe4237994a406647c8ce8db91bf54813b9c89cab401ba170cc1b3ed41234f189b2142a4055f17573a70140d53d7cfdd8fef2065fb9f360d66d918dd7b47f98092e1c81c5d7b3e8d53f5cc21f980c0435d4c7e9b1fba7bba2ce792862d0257af1423e9364ff1371625242df72c4e22c9bc33a4b9b728411a10378c4cccd02115970548855074f8be11fb059e90694a8ad00abc3e76e3cb66ffa55453c22d13aff9b329d1331025904b7f457f942d5dfaff787ce9f6388eed0ccc6502b792de6168c08d7eccd70afa12a5b4abda82996c31124c40f2c8576bce6b17bf75c8a8ba574817e6c78d728bddd1bcb959bdcd7fa18f95f600249d8276a9b95c8d446a0bf574011ffb4ae1885cfce38b6528875a053bab126331ca5a61987cf0da9583697c1da47256e51979416eb6b78a08ae63b86ccba6aeea10ea7a2c108cceaac98975672cb2500b590d1fb717fed461656442e5d24a9d413680986595f8a7cee7e04c150fcd27dc8d0bf40d9d1c640d5742222f0d1a04d370fb2a23299fc837ed6c0943d6df542e6f802762209b799496db67c65522d80ae8c8ba814057244c8cf4da4847ab57e822a249d276fb47d18a0f080fbd00d471d26270de2768ea840f8f981686ca3b47e735248b20bc45c4e8dfbe3723e5b057461c94208f8c49869ea91d5d1c4ad47493d660c5b64494289d510ab8e649f92924df5f6c78810df9c1e2a561e68c0657e924278c7c63e6d10fe5b192c3f874044067bce78788ad55da9d555e4291b2b446452752e0f9023f6e5f06a385364c98b25cfce941caedbee67c03c6559ef5fc788d761223bb1d82700ecc0ae8eb538870005b7828443931d14ba0ea588f744d8743a81eb60666e0c419e8cda86e04152cb04a7028dcf069a19c522dd36b025a593c2a9a4d0fe0bc3ff8df7075eaf2155e72c1a840f86698a7e166c528f41f7d085fb44d444ed44eae96fb488a77b3bbabffee0ce3c8c69e924548b44c778e3437856fdcd3d7290e88f344482a70f8c367a7405f7deb56acf56a2f4134c64098c7681e0968e684887d8b25fdf4d218f1d81fb9a57dddd4e91410474766fd474573952e8544173c06e8d7d69503bf7793320ddb2a9848b21e5f39438a07bdb4e218647c36c87f97bcef0e39e43d673faa5da29b7b1e275da45af77631e4e282ff0982c456eb98c00290fac0eef99a89a51c2e4a8b45155300f943844a4d0004e6d83bb9d8d046e2b9e6d68fd9dcbd6153c1e06e12aaeceb3202fedf2ab4932d2fe475e861f2b5c3dd3208e91578f470836e1dcf54dac926517631da8e87865ca55d8b55ee4cd9655f43251290847cfac7bc83a3d85a2868ce063678b760ceea85c25d41eb1d280f4f61bfb34ecdd04badb576dbc70bc42273fa255b4aabc2bd9f349359bf067102d980dda1b4287cf8c63ce7b75978dc5a457c0227119869336f4769976ac3535cd22144e0aa6603d011973003e74e42c94dd8bd3730b3836206c134abdf85e3c6e73ffb1c4c62795c27f23d8196aa79ab3879bf9b45a0e4999c5aa563f86743fe8afd287ecac40aeb046d5aa4fce6cc61d4d02dc7c7f3b255a48e648aa2cef56bf71e8080c93115f2f9a587c35e239163efd4f1fe681fcc614f56c2f29029e3e03dda67fe09fe7d2f44942de4853bf4b1bfea3ab37355614b3e108183facb2f54f0af8bf2fe27303e8784c78441b18285b2bef09b2ad2724a48fee8e123721d203eafde7cc2247540c583679bb22ba41feecad69423f3d513cab79879b3fa768e0b6b59f324b4f4c46ea3bc268efbb74e5721191a11dc4de3f5fae538933635e323530a50cfbd424c887897e3d45c1898aa62ed025157b20aaea79919e13dac3baa4327f13f1bf49da2968d1fbd90d486f4cdfa4e5061c35603cae41a69148015b0a2bbb7aac1438818eab65538c7494f9781978d785277bf3a85b7868bfd09b20278ffb9876e1cc5dda29eaba9ebe8f2da846e4836620b934fbc5c4da7967b2ed9c8585914bef1aeefe25a4019f76c5a13b5d34d2ae1bde05e6d6bc2442b20e8a7481368bd9f40d279e4c490808e3f1ea01fa993353e2957613803c92bfd5ec137d5ffbfebaa60fc3ed949e360fb2b7fa0ed350172251e2421cdf705e0a060f44737c474ff28931315f7ffaf79d62642d05f8ced8139a655d13d6d3b1cf4b4e8d0c97df9fc0bb7e8dcc87253486ac4b186cb4e05d0e0606b17cabb4aa3966de62df04327e63a1a9a00280669b3f0aa071c3521d2864ab6677e977915c8503449a00c02711ee5ff720f3af42667219cd58a457619885184b9aae3bd934609b6ebc27a65ab2e72c6e629d031dda23b2d2ff619c058900d45db4b1d34ef627cc1590f93b327b2a8fb7f2213bd1c53bf1ccb432f2269ad34cde3b91704a738a6a6927908c3151d3f1ee295e9eb5d2bf00c4acc82c1bb2713b311c7b927159f9e734875af5ee8fc85e2277a488447fa2cda3bf3942244ed5437c2e6ee1e6fb0eb88fc77e2e826699257e7f99e0ef89802c1ccb638374f40f78e5d4cd7b278c4e683577950fa75d8ed082023bed755a2b87c5ee9e7e8b7757387643349979d5eefb60c66002879acb83886cb2634f9ee7babc0fff0441d02c8a91b9dc459c1c33bc4e22f7cb0203117adbc215d62787bbbd201d51a64562fa26d63dce95d6af04c25b5f8b9ef1908df07c5d1b493b776ff677cbeb7d68806ccb3b5c6ecdc11aaefa07fe03616535029f807250fafae162f4f0c9f85e6b18742f69e1fc84c758554745fc9867b7f54bfb2a0e9bebd76a487f4eb6f4808bf083b67d823c6b29b337c48e8a2d82be3b38402898ca14978e209df718d0e2b1ca00499df80ef59eeeaa6aede9b4de66ab380c922d672be373c496ef260b137c2ce602b271f7aca065fe562a18ccecd969edc1ed7194c58361451d393f0914bf70b1cb4549efc846d225e7ee548efbc90aa8f8680fa30b7289c5ac28211e1cd92608f3532bd47218f72945cf15f6371115003f1d6e5db4f439ff61c4e26fa3eac0c64613e85984dc11f848ae641b7b64e3640b109358f26f1f3e5a5e4c0924f590785ef7ce2f4a71e7745915a39af005d964b0a4d827af2fbf8bac62eae576ee3de8ec975f5c1f62cc1109e51863855db03f9c58d2816c926aed56330f530db5736ef37cef3c0ef9471ac21c376e4d27732d4ca3d8ad002c766ff30731bc8f67cfcc66cbe634f2f3e3399a28f28f78dffdecf26a0d71519f3c37271afe95c748d2618d41cedb6ae9ab5020fcc24f0cc2c63847d02571a824de37e76f4117225919f5e210479f81038158be0834debaa2562e2ede0a795215369788c24492fb10109a18a2b614a56ee15d95e9bf22ca3518d3cb661f7ba0a0f4acee28ad007b7d3608a70b241c59c89e2df6c856ee6b5a7542be95370916cbede76acee30ed28b7a12dc7e9e64997d1d6f4e04e1e5509707758bec7c5cca5d15b0315262288e5fb7a6881b7ef2c340475e7fb2f055ac9abd8503462d7bf83a9ddeae4961f3cc8b07924cf3a7dcdfd883f8dbb8e2f2c078f8fe5999506c1047d76db5dbb7e3a61749ac5a4168afe055bee0634520e22a562370542cb892795ef1bf52306e0247d85417a2d6b8c318c3922178ed2e2dee3755d7f743abd0011375ef27111662ad74aba1feee13c0d65b4b694096760840e23410f487970d182436be8c2b0a7b2043240ca4014b49981839e753e7f29dcea0ee62e19c3f774cc9e5238e9fcfcc9f8b0a1cb0ad31eac388fb941b58635f707056e6a30bfc20510726bf0f73bf02f514c64ad622ed2566e5f64aead4d9e1779dff723820b50c3d8abf90b241e02ab7586db212956ec50c67ca11c2e28ddaf6b263e021acc3a7de84eddf4e77c0688447fb5f79e927cabd6f93a04d38ab0c33442950abc58a9d65a74b191bafb19a8e7d5cdae7e74db37c614311e3ee8a0dcf9468170a5305bda14520d1cafdaf5267071f5d313ee9d9691bb8b919da1db3e21f80d58e61a40ed0467e468b2c2eaf2985f0ef75c4229ee23518732ea7071b31a54d5f89b9cc27d938a8b2f7b6143df28b8607e2fd2ccae8404d417fd9c6edd048539960b006f2a57f25dc9fdf54adc29c2a0e356ab2d016d029982ef267fea0a01ab49737e935e5196644b3092a25e38925f0ee78feeeebce9f43027cb84d88786a8cc6512153b6a06a7447e8ac11011bee26718decc4d4bb38d1ede8d8b6be3d4794ae9d70ddb1b910427f90082f846c7036b5959c865c1d55f25985c19e895b60b1eed9d250b301b89f97e7f27061c013881f90e4d286e7789f1343e3243cf151520c6e54326d8b5ead6ab6a6bf344d8d904b664763222c3709615794bce37d617e55cfaa5740ab6a6aa85affcd221712ee7e28eefe98653aa29ba65ac4ecf1549fee278abcda65d6a58aab7aacbedeef3f02309d4c943bd3205aa005777554b987289552da5c5a09ce8519bcc47444729689a6733571431ba5dd16f12216212cf9f855bcb58b0c17c77b45b2c70daeb56e8e85da8c1fe77492e0de45248a515fd2d6f80bf69baeeeb89eed81de006f5cd1f26363da1a32b79946ac67d268a7682b84ef0444a065685a315af87b8e95240aab00bdfdfcf04431a6ec9f0479b7db9da1d2f00a6f79c04863f1e56c0321527e85288c69277fef3bd31226c045945a032db12539936808dd3f9febb7cc14562fe54e572e1369da85a0e65064dd25ed0d1665f104b90808c8128580a2b7819b51bd0dcb930df0611f25f404cd2803691e2cbee274431c58f5f45f864227e63be26ebdeb9b8cbe113023a3969ca54582eb1f4ca59d613ce5604641157d22c9cfcca3d7a83b7637be659fe888e36bb2d50a60eda2a3b110a8df7bc97e2f5afd70ea6033df8ec41e8b8f487bb6ff4f7a14978a847c3baba358590d9a0e987d4ebbc0a89f2cf3d63ce4566a71399c5a10eeae61cd4913782b26d5647b7950cf1bf7fee5e5611c49ae0e2b65417395fa7e285ed6e88795969e9b879e2446b4628968f2528d31cb4dd4682e1182fdb54aca5c57834e1ed043bc11097c00d7d4eb151b75ce9e28bdfde5d438cd9f2a4986faac43352a568006e9a3ef3cce398a53b3c75fd679158bb88bdfb8518ee0bc10b0aea9b613e9c5ee9dc8a8d2523acb1b575cdf6bb9ef5ca25cebac3cdba7a5b53c25b727991083569912fe9c6834fbdc1ee746ab21cc267d8c261e1e6adf43d6097bda3db4efe298ef86029437eaf53c7690a980f0a53c7c1f70f367262678deb81c2bacd3d8f151f8a604ccb7e78f2bbcd06524f4085dc409de107ff7513563d46dd2f38a750b98e21e2c06c93ef3db69e3e03d118ed510463b2c93d01f98d51bf0f447f3d4ce42ac497dffee874e3877cf0b75c1f632270a9eacea6953c046392532a16b04968590e4035553d3531c88a1d4720340b97e201c77d533140884eab8ccfbfd0200628', '\x2cd75e67a84820a18fb09dcdf7c02ccaf3bdb8a33806ab63a74eccbcd0e45a5c8900a4b0b3b3696faba35e4c4ad68afd24203a9cac610a3e66d676270d34e18d515b16bf122e85da38132e19ccae5cbd626a01c65b99ffb80be484eee026c761f2e6dde24e23608d89cc4dcc7d6449713669ba75807e08dc663ce3f2c4655f4e31266a08c21e8b1f2bb339b91d3a3362e4a2994da87f57a95b4a885c4f4fd24d1eefd4287ac19bcebec75712dfaacdeef4baf786ef039749fd0087ba968ba6a40e4035553d3531c88a1d4720340b97e201c77d533140884eab8ccfbfd0200628', '2026-11-28 20:50:21.611749+00');
INSERT INTO public.checkpoints VALUES (1, 167, 'taizhang/huadu
167
STh6fVgBm62xcq4lZLYPOeZoETNWVGcD2/3SnMUWxSI=

— taizhang/huadu DCeGTHRWqfZPsP7UOvVFa+wXzI1JqEFiRM4vjtLAe25bl1pS0olOUynP5Ley29RggZZCUK6OkvzhZpimsSkWrfNuTAE=
', '\xb171a0cd8fa417a07289e1612fef6e68b49fcd24995fe55c1eb493b71790379f0a79c0a77da9ce553be38261d97a1026245b1b3f6cd594513618644816e0ce04f72b0bba4d8d84e1e68ec9920beea3de8e1c3791df149f46f426afd01648191f266e3efc58f7caf880e092430fffc5481a20950dfde744343251af337ef636220a9825d2458987c6511442bc3fe8c7bbce41178ae0ada57a8b50ce84847f1aa745905df7c352b8acbb144aa19806569869b1bd1176a75ee5fffdf84be495461a23612744859457c3685b737331e3f9f1d7bd20310ba1d3d85a2f34997c9267dfc48147ca71e71c2947245cbca2f1505c3d41024fa052773ceb1bccebced2dd439868280d077cc1315b09c813de606575be7ded134fea6303f0003d46c8deaa24a802b5514a32298a27b4b86375349da257fa5b891544b683c0285573a58a76d507bd23e64be51396317d028673bfa020537ec6cb3bad4ade30bd3b44acad25b0308b3af5caf258402b1a6e2415977cd262e5e91b76df6efb058b1ba54ab83467eaa8aea1d073beee9dcd9cda8ec9ec67a2ba701a8666b2db6f51edd5d853d51e82e3b9d4c62188bfc273f923d9d514d7a327b0ebebcf901675df487655df73795ade5035e6eb43d44a0dc679faa72a5a75fd4c643180df001d9d02a2234fbb4e1bc44c054bb4329be4a9ce46c57db5fe016befd697fad6aeb96094cc6162fa641309d810874b05e9890fc82e1e4e43e1ab81fe485eecd57872d1721aac3a44af8f72222d5f7bf49350f153b28340b8c9e9434e2f983691527410d58a697f57eabcb43ef9984a76fcce31d11cb7057352cf664d31756c2e0e55179b13c51245c2d011750371ad319fe41b9eef1f9601aff7295293f92e884bcd8e60429439dfa12324a988aaaa36ca4ad46063b2ed05963276ad43282823a7b02972f004c34ebad24a129e2673efa7401ee6f610a6f42d2c88b2d85ee44dff28a25c8590199894ee45cd5f1b3cf93f2959737433b6c0991482c23bc6ab1ef4a4d64383956c1856cdcb4a60fc82bf3b727c28376948d11b878d62b6319658f432b03d44f8ce8b801e3b67cf1ce339f563c0bed833d92449d6257d66baf356d415f85c06cc32021fb742ada386967ffba0a7dd2dede8d43d06e7d7b9f66a7f9d91a83b3fa90fc3f1c624ba8e610874fb379e2ba9a8e67edb8db2a86e131472bbb3aa09ffa4c3f08efe19cb79a3ac3234762511900f0c6e673895dc02db021bad1523e2d32ba0ea54ef36c20bfe1e0c3cea9cb9bd7c6530a1ec82881338d2c7bbbeac4e3251d7dd142f96f517a6286cada68ba484285f6661f758ccf765832ad76d81c9249624b60454aa3b2311f05bf6d63a08bb39c73a3f8f0ffc431e7e4951b499533027474aa18d03a8b332ed8e76303307e8833285f875f01d593b175364584b74bc4ac9acdf4a6da202265b38b60c0b5660dcea8b0ee0ff759d6f483972b410c2cd7dd334907c782545f4c6cb4044a5c15b67351f8b1c3f357dc6ba50d292d1a122676679017fa47d57f607fd42ff8812bd88bac186faf6c83ee46d58c65480912179a56131d8e3904223cb1bfd3b0f3f8275285f8d0430dd16447d938d19d88e19cf86890d3447ce4c77c494ab935f355037fb9c70e7c63021a01ffc1aa961025698a47ea764cec834577141f4b0dffc320b30e18868d5a5dbc07cd73b2f0932ee0c72dc507af460b4d639ad5d72f016a1f0b635f96405b7e9d9b7d79ab936b5dd7511868527703bd13739d067e649990b9b38a6b0d908e723709882f11ca3f397504b0f3c', '\x071726b2dcccc8ac4478da848ef2b97afe59022c7d44700a8d27f1a9e2df63581ad3bb7a1f3812214b36e864c5297ff973d5d9c1fb136a9adae020939d4210f0925b0b639765717a19d7da78a2c18ccfe4e74716ae618ea779ae84641dc2f435ce551bff6a1c4cb195dde99157814db65b6bfece62362e7ad61f65656d46610627703bd13739d067e649990b9b38a6b0d908e723709882f11ca3f397504b0f3c', '2026-11-28 20:50:22.540081+00');
INSERT INTO public.checkpoints VALUES (2, 29, 'taizhang/shifan
29
qr3DJYIDKjBmImZfHsmndRQLW++66XKgMT61iki2Iwc=

— taizhang/shifan 6IeiVKp5gbOGogWc+u+UsFjV4G8BnmC+VWHrGvtEZpQzaCXlrxswlYf2KdpioZ1sRoHd0onJQk6Pged3XJhE+0cBCQk=
', '\x2357b117b296f19b9c0b73686d19cabb7ae61210d6c35a0afe33bb04486ab3e57bb3aa4cd6516bc64962d145baf380e0a337e02ed32feadb605f7834f8fc2fe8aec4bbe36e0fbcc87bf24bb7207e30709f9292cefea48323e6ba38f2ba57193d0edfb2fb9363c66a7fac12e2312da189d9e4442702727744d4b7698dff7cdb5879e1d3ffe4c0f4f538d7f0e2633f1dc27a03769ddf84a3a2557e8ca6309d685ca53ab68d6ea58ae07dcaf7559b9c256c1e85fb0204872e7dcef69132750af0f2861d8cfbb14e484cc3e91a48f6dae23b0dc90814707c39476df898904b2e48833320b1a3085171200ca864b8d53cb4ab32f4da876ed831bf9ca6b7af83a1bf96709604067cfe9595819ea130544ff57c383cd69641f4d869b03969be233a9dab6839fb33b3fabd7324b4b637febc058651cebb1ff2e6c23f55b9735e6559d47d96a7409b504a1cb73aec3fa4bf038b6b8f381f6c67cd2ca72d3ae9ab33379ce2da4ddb9b5b4cdc7663f4081c03ea8d4279c1db3d8281da109b247180a2869fe1dc3e41611fb90d9e792814f8de8ed55d20f16f1468c0131a803f1831ad16e3601ddc2bfe52b4b1e225cfdb3af10050a63cc48bc3f3c25f1da2b9a45ecbaf4051c0260757a7a84bb78494d84a6c06aa6eea6ee61ed6daab640e9b4181f3d95355b64fe6e6ecf966ff55aa92fca2e5947cffa2685f0efb5d549b9dea8c468ddc34b0ac56db1c10cb9ec3986e8c893d236d3564b2ca6a4007af2d07050a8fb3b0513cf24a3c36734f4f4a5565f4818fa8a48d0edd15682fb3c45986222c6964bb2080bac33acfb9d51291ebe2c073c66a47f016e7fb3a0f634aaed9dba4d8d40191b8c8f143389f0ddcefd85efc19cc444184210ab43f1d58b4a7e7ebf71e19c56f2904fdc0b6629dec6f1fc1a275ade450823790be21394f7022acf7983186a13f44ef31343770a6bbeb499b2a4ee53ae09472d4012eeef32ac165014f776052d6e1fd77bb87506b504e7f33ffd94331f6816bacd4fc298d52bd238c7df5767f2e717f88ae6dd64efb2e1b6c34bcbb9d2bc436380899ef85aecf40405b1c2ad5a5ca9cd8246d24a0fd7ea759e7b84cb94d9873f45026b0165f83d2254f91b6ac5bfe68b402429a80f62d2f764a070524e29fa160805430340a11bbdb3100aa0e71d7efef9b8ef55d3a07bf19db2c3459b8bdc8efb5088669b09d634682125fc8c6ba6d1083ec725c7f8f72ebcb77d1210666437f00dbb157c4a1b4680815138f98851df29511c78fa6209099723fcf2341abd42011f819375d1a029f49423e2863', '\x4fa2707b86d41811ad18b8121673c5fedf7403217fb3a0c5ec7773f5a86e85201337433e38e188bf9245a2df78542ab3dea9b681d32ad72855681748970a90039f825057723db03d00be14bb0ae6f46bd6d4a44dfffeb1e879d2f806bb3563dc851df29511c78fa6209099723fcf2341abd42011f819375d1a029f49423e2863', '2026-11-28 20:50:22.545883+00');


--
-- Data for Name: document_pieces; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.document_pieces VALUES (1, 'f7431077041d4818a562ce0d5ec46ea3', 0, '0001', '\x75bdee43786b20b7d1d504a6', '\x74a287b5a970131cec56e94e8912d6a8122699c8c5c9660abf7f08c0ad786442f5c606553c0300361472098c565dfa8a77c8e884a07de17abcdffe5a17e4a8b2ed1fdba546c628127acf06c70fba6cee18430dd1c436e5ec6da716547f3dd66af3ebda6a3dc447737ecb2bc2d1c95c480b2a99def463d75b2a82ed457f');


--
-- Data for Name: documents; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.documents VALUES (1, 'f7431077041d4818a562ce0d5ec46ea3', '\x50539901d7bc59a2f4a4911cc238f708934f366b15ec982e97fb0c0a57cf430a', 109, 1);


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.events VALUES (1, 'authority', 1, 1, 'registered', 1, '\x7b2274797065223a2272656769737465726564222c226f6e223a22323031382d30312d3031222c22636f6465223a226875616475222c226e616d65223a22e69f90e58cbae4babae6b091e694bfe5ba9ce58a9ee585ace5aea4222c226b696e64223a226465706172746d656e74222c22636f6d706c6574655f73696e6365223a22323031382d30312d3031227d', 'tests', NULL, '2026-11-28 20:50:21.189566+00', 'office', '\x30303031ccf7eb35ffdfd67f27f1cfaa4745880efab5050b656c691d2d12b32bd2047151', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0001', 1, 2, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032332d31312d3130222c226368616e6e656c223a226f6e6c696e65222c22726563656970745f6261736973223a227369676e65645f666f72222c226170706c6963616e745f6b696e64223a2272657365617263685f696e737469747574696f6e222c226170706c6963616e74223a7b226964223a223031393837303361383866383438333561313036653437313135333434333239222c22636f6d6d69746d656e74223a2239313162386135633634663335373431393266656537323365633638306438323836343761383737633330633738313236346332356635663861306162373131227d2c226465736372697074696f6e223a7b226964223a223665316463663938363261333433393762383331376131346637613338303535222c22636f6d6d69746d656e74223a2237363933333932333735393330323032653665326435633966623735646234353630323536666366373834323136666235626437363634633634343461326363227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.273589+00', '17-1', '\x30303031cf93df13037d11283995456e7cbc66d196f565d7168fc3e5feff433e658470df', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0001', 1, 3, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30352d3036222c226368616e6e656c223a22706f7374222c22726563656970745f6261736973223a22636f6e6669726d65645f62795f626f7468222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a223261663033366333396666363438363262313539613761666131666239333437222c22636f6d6d69746d656e74223a2237373263306362366533663030366336636534396233306534333766653835316639316133666265643261633235356461646635343735626663343366363461227d2c226465736372697074696f6e223a7b226964223a223434663763366465393438663438646138373061323165616130623037333136222c22636f6d6d69746d656e74223a2235316465656434633132616137363334363637333732313732353866343235326139623838613337363663396661353463363363306236623839663039386133227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.289135+00', '15-1', '\x3030303176681e334a435e8b3cb16c631e2a1cb0d013b860c53a0db4418eacd3638ca92c', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2025-0001', 1, 4, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032352d30382d3036222c226368616e6e656c223a22706f7374222c22726563656970745f6261736973223a22636f6e6669726d65645f62795f626f7468222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a223263313033616634343739333464303339383662643634653037646234363431222c22636f6d6d69746d656e74223a2234316562356666376635313162643437313936306262326537393362326435616563633531376565363363316163633763363131636538666534626438316537227d2c226465736372697074696f6e223a7b226964223a223435376562313130313362663466303761343833316265653139376163623632222c22636f6d6d69746d656e74223a2239363265383262663330616632326561323331366462383338373731646639663363383961376334353464623633303533656337393139656432303331383433227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.296809+00', '19-1', '\x30303031617aa2dd17b261ba02c100ee112a42db454c1a900765eb04836c94a3276152aa', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 1, 5, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032322d30342d3238222c226368616e6e656c223a22666178222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a22636f6d6d65726369616c5f656e7465727072697365222c226170706c6963616e74223a7b226964223a226438303534346566373831653437303162356438363639323930323639336663222c22636f6d6d69746d656e74223a2238363663316462353330643262643739346230653539326232383965333132316662613838643137373333666165363936306663336134633734376239346434227d2c226465736372697074696f6e223a7b226964223a223461643038313033373534643434343661663166373166383766333938663330222c22636f6d6d69746d656e74223a2261346465636463666664616331313730393133636362656135343438646462636361356636663339326539643530336265616464393439356333316235663064227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.307905+00', '0-1', '\x303030317d6941cddfca4578cef8ef05ea44c52f561515e1b12a5f6336c7606b3657b57c', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 1, 6, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032312d30382d3230222c226368616e6e656c223a22656d61696c222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a226364373339623832393130313430643438346331663730363534383664386135222c22636f6d6d69746d656e74223a2266653239303366613938623666623835366161663662316235613466346437366633616532386364306563303864346532653438363865623162623537373634227d2c226465736372697074696f6e223a7b226964223a223439316534643735663534643437303461383264623962303139396233653564222c22636f6d6d69746d656e74223a2265386461383961373762366162656234393933623232343633363665346362633665343365613761373364326562363037613363663736393436396337643561227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.312736+00', '7-1', '\x303030310d6af3f21169b69c82fea55d39d418e5282a8331a6784c90c0b5ba4250d5a9c5', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0002', 1, 7, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30372d3138222c226368616e6e656c223a22696e5f706572736f6e222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a22636f6d6d65726369616c5f656e7465727072697365222c226170706c6963616e74223a7b226964223a223766373831343731303630353439613361663535613035383232316632616334222c22636f6d6d69746d656e74223a2238633762323035613533396165646463386466363866353835313365373364343237396362356637343935633466636461343265656661393331323333373337227d2c226465736372697074696f6e223a7b226964223a223730363236393134616632373461613238366465626532633261393936303961222c22636f6d6d69746d656e74223a2263366230313736333063333362343434393666343334353834313437333134346464643363333934363431653232303532303463306533653838646365303036227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.318389+00', '8-1', '\x303030318237f1d060ffeb42f820fdadbb68ec739d5fdcf910529b01c269125cf28b488b', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 1, 8, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032342d30352d3330222c226368616e6e656c223a22706f7374222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a223464333639366663313136323435323862383330343566303835353531363437222c22636f6d6d69746d656e74223a2234616635336636343266316564613633366334616332336631646164396338313366373239663131363530356135356630336434303366343232343331366266227d2c226465736372697074696f6e223a7b226964223a226163396638363138386139353438316439623865313761616237376439306239222c22636f6d6d69746d656e74223a2265343937653832646637653835633331323964326434323539643637613137646236376632313432323463663963393637306163323761623131323038393835227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.324348+00', '10-1', '\x30303031974f829f96671fc4acdf5bd493e9e5ffb030ece47cde18feca8792d63df6ba96', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 1, 9, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323031382d30382d3231222c226368616e6e656c223a22706f7374222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a22636f6d6d65726369616c5f656e7465727072697365222c226170706c6963616e74223a7b226964223a223361633061353336633236663465353938386134636633383037336437323730222c22636f6d6d69746d656e74223a2232326661656434393530613765393330623634386538353039626332376436626364643639613730396466386562386232613534393266363730393135366532227d2c226465736372697074696f6e223a7b226964223a226632386363333130396238363438666339663033653831313939353030663262222c22636f6d6d69746d656e74223a2239363739653033343039383337623332626464633231323338633136613064643536613530383966393566653638666434346234303362313930666361353066227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.330117+00', '2-1', '\x30303031f853c0071189a4dd18440a14bab00800838a3c121699bb381830c92761fa6cfd', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0003', 1, 10, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30382d3235222c226368616e6e656c223a22696e5f706572736f6e222c22726563656970745f6261736973223a22636f6e6669726d65645f62795f626f7468222c226170706c6963616e745f6b696e64223a2272657365617263685f696e737469747574696f6e222c226170706c6963616e74223a7b226964223a223830626336663265303962343432336662653136353630393764393835373538222c22636f6d6d69746d656e74223a2265393266636331323132633236343865363661393162613664393633376234356531646530386333623934373632356234373635383562366465393139636238227d2c226465736372697074696f6e223a7b226964223a226266623938326436393232363465323562623035623235666636643339346130222c22636f6d6d69746d656e74223a2235303562656634323165326463396661396664633763396264313334613663646534663536363332303833313036313866633963376261356665343737383439227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.340592+00', '4-1', '\x3030303191001bf44956b98f2e7e8f2c331571efa34fae085545225908e269b433d346d1', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0004', 1, 11, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30392d3032222c226368616e6e656c223a226f6e6c696e65222c22726563656970745f6261736973223a227369676e65645f666f72222c226170706c6963616e745f6b696e64223a226f746865725f6f7267616e69736174696f6e222c226170706c6963616e74223a7b226964223a226563613539323963623636343435383761633431313637616336623738653137222c22636f6d6d69746d656e74223a2235643630303031613030306538653264363765326464343130306530656162653431643962316261336434353433333230363836386239623231636234326636227d2c226465736372697074696f6e223a7b226964223a223735663333306532653036343430643962653236393862636235663565633265222c22636f6d6d69746d656e74223a2239313433636164646233376434386335323735363266376533363233623563383065623732313563333537316262373833666637626539323438343464623436227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.345932+00', '3-1', '\x3030303164d90bf19ce139b744742439ae91288964cd44fcbf7fb75968827ff4abfd5aff', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2025-0001', 2, 12, 'supplement_required', 1, '\x7b2274797065223a22737570706c656d656e745f7265717569726564222c226f6e223a22323032352d30382d3130222c22726573706f6e645f6279223a22323032352d30382d3133222c226d617474657273223a7b226964223a226162326332383634313736613435386438386230303133663438303532336636222c22636f6d6d69746d656e74223a2230366265633265366531373030666335306561623766343633363737366166303431343262656132663866323238613036356632613965373865306432306335227d7d', 'tests', NULL, '2026-11-28 20:50:21.350009+00', '19-2', '\x303030317badc450ce5c53ce9c92dca732f821658eec47e9819809e3855cad8cdc9388b7', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 1, 13, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d31312d3237222c226368616e6e656c223a22696e5f706572736f6e222c22726563656970745f6261736973223a22636f6e6669726d65645f62795f626f7468222c226170706c6963616e745f6b696e64223a226c6567616c5f736572766963655f696e737469747574696f6e222c226170706c6963616e74223a7b226964223a223834666462343264303662383435336538653033313062346262313330363432222c22636f6d6d69746d656e74223a2263316635303239646334646666616132343436663961363135663466333131313264303031306535363266376365633038346535306333303831313164396665227d2c226465736372697074696f6e223a7b226964223a226564393164643430616266383465393362333632376663623536353163333163222c22636f6d6d69746d656e74223a2230303036633938633566313539363138613036613935613132383632646531616465376238643433343131353766363562393133396363333234303235643734227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.356972+00', '13-1', '\x3030303148cb4e128dbf5dc3fd1256a9ae147a561c0d5b889e797ad80fe5902f1afd0639', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0004', 2, 14, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032302d30392d3036222c226f7574636f6d65223a22726566757365642e73746174655f736563726574222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.363703+00', '3-2', '\x30303031d9da8ed62c175786a4d99f48274f9b74345839d630108626ab30e26c7d07f3ab', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 2, 15, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032342d30362d3037222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c22636f6e73756c746565223a22636f5f6d616b6572222c22726573706f6e645f6279223a22323032342d30362d3330227d', 'tests', NULL, '2026-11-28 20:50:21.369213+00', '10-2', '\x3030303114015460e8b92c64825ebb63661623f115d2869e3209f202efe9e53ceca54069', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 6, 38, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032312d31302d3137222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227265747269616c222c22646973706f736974696f6e223a226d65646961746564227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '7-6', '\x303030311a66ee4c396981a11a70ac328fe8628608c82781d6b9fa1df03598ad6e65fd26', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 1, 16, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032332d30332d3133222c226368616e6e656c223a22666178222c22726563656970745f6261736973223a227369676e65645f666f72222c226170706c6963616e745f6b696e64223a22636f6d6d65726369616c5f656e7465727072697365222c226170706c6963616e74223a7b226964223a223930333137323737646637323435656339323934366261326164353333616566222c22636f6d6d69746d656e74223a2263363135306164663061326637326335633731363061313266396231386134343165313934326431343663366631663436656665386631353765663932363365227d2c226465736372697074696f6e223a7b226964223a223666653236383535356530363461356662316361633536653734373436353862222c22636f6d6d69746d656e74223a2230666630303061366339636632313861383662666336333330643835363530376534663632623063303166346638653537653536636661363738313639623532227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.376992+00', '9-1', '\x30303031ac87d708503c39e6e61fbb2c40f63fc9dd2129915e35f9abe3752829753fc685', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 2, 17, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323031382d30382d3330222c2261707065616c223a22e69591e6b58e31222c22726f757465223a226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e222c2267726f756e64223a226e6f5f616e73776572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.388876+00', '2-2', '\x303030319b544f4cffb71336eee29ed9bbbaf5d8c714aed390736e17eea7dca251f5971d', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 2, 18, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032332d30332d3233222c226f7574636f6d65223a226772616e7465642e70726f7669646564222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.39642+00', '9-2', '\x30303031e3f29297b54b8348876b14868435eae9c1823ac241a8d1f4c6cb404f61e9a8d3', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0003', 2, 19, 'explanation_required', 1, '\x7b2274797065223a226578706c616e6174696f6e5f7265717569726564222c226f6e223a22323032302d30382d3235222c22726573706f6e645f6279223a22323032302d30392d3031227d', 'tests', NULL, '2026-11-28 20:50:21.39905+00', '4-2', '\x303030317ec9278f094f63edc26f18c98afbc820494b992c881649b23a302502e985c675', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 2, 20, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032322d30352d3033222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c22636f6e73756c746565223a2274686972645f7061727479222c22726573706f6e645f6279223a22323032322d30352d3039222c2264656c6976657265645f6f6e223a22323032322d30352d3033227d', 'tests', NULL, '2026-11-28 20:50:21.408444+00', '0-2', '\x30303031e4795326595f2ac4e76f3a612ff157790b7aabf6c761f60443e7a4ce4a7e74e6', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 2, 21, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032312d30392d3230222c226f7574636f6d65223a226772616e7465642e616c72656164795f7075626c6963222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.412417+00', '7-2', '\x3030303116a6aceebba0627595d5eafd1196e8293ad0c284c87e59bb479a11d1252f1d8d', '{late_answer}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 3, 22, 'consultation_closed', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f636c6f736564222c226f6e223a22323032322d30352d3132222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c227265706c79223a22616772656564227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '0-3', '\x30303031ee68e5bb088529b8223e4a5752b66c4d6cdf43e0d3996add1e70d4b911a3dfda', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 1, 23, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032342d31322d3237222c226368616e6e656c223a22696e5f706572736f6e222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a226c6567616c5f736572766963655f696e737469747574696f6e222c226170706c6963616e74223a7b226964223a223061353238313564613764383438366261376534663131376563616566383137222c22636f6d6d69746d656e74223a2234666132363439613965373966656263336365386438333834363366313561376535396261376262336165386533356264306336306233353432646639353936227d2c226465736372697074696f6e223a7b226964223a226361336130326163633862313439323539393631363638633965386239643865222c22636f6d6d69746d656e74223a2262633161623331313065376466633538396361363963323130326432623131333632613332653432623365653864383833393165343837393136313131376464227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '5-1', '\x3030303107d72faaa7812c5b76d1df91caebe46c809eadaba071ff97dfb5f6354cc4c047', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0001', 2, 24, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032332d31312d3130222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c22636f6e73756c746565223a22636f5f6d616b6572222c22726573706f6e645f6279223a22323032332d31312d3330222c2264656c6976657265645f6f6e223a22323032332d31312d3130227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '17-2', '\x30303031d7c9ce85f083be5a1f160b249b8aac7f56028de40f57ed37650675d16825694c', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 3, 25, 'fee_charged', 1, '\x7b2274797065223a226665655f63686172676564222c226f6e223a22323032342d30362d3131222c226261736973223a226974656d73222c227175616e74697479223a31312c22616d6f756e745f7975616e223a22313030222c227061795f6279223a22323032342d30362d3237227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '10-3', '\x3030303163d6179f46872c450970e32795343d1d62812c5e03863a6cd54dfe8dde415efb', '{fee_term_short}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 2, 26, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032302d31322d3330222c226f7574636f6d65223a226e6f745f70726f6365737365642e7265636f6e6669726d6174696f6e222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '13-2', '\x30303031fea4b637bdcbb5f7dcbc946f7bfd397f868c9ca6e8b1d9c513de8c286a937da2', '{late_answer}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 3, 27, 'served', 1, '\x7b2274797065223a22736572766564222c226f6e223a22323032312d30392d3239222c226d6574686f64223a226f74686572222c227369676e65645f666f725f6f6e223a22323032312d30392d3239227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '7-3', '\x30303031e15249a63e45d20385a654b8be4c7f263e69e7118aa1e7b719a0ee58355e35ef', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0003', 1, 28, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032332d30312d3238222c226368616e6e656c223a22656d61696c222c22726563656970745f6261736973223a22636f6e6669726d65645f62795f626f7468222c226170706c6963616e745f6b696e64223a226c6567616c5f736572766963655f696e737469747574696f6e222c226170706c6963616e74223a7b226964223a226561353664633035366537343463653062653130363336396164363161623335222c22636f6d6d69746d656e74223a2265663132326365643332383730633338393933653136343736343166636532656265646561376265326661663731356162323733623837633563346161396533227d2c226465736372697074696f6e223a7b226964223a223863356434343634313239343463633162626135643332323433643635353764222c22636f6d6d69746d656e74223a2265363338653435386131623662376538373762653135336663363136646465346333333537613062353036656666383739653236666533633338336437646130227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '11-1', '\x30303031f6509ca30744794c3b4b206ceefc220ab1a96f4da4ca28de37d65f192c917bd5', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 4, 29, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032312d31302d3038222c2261707065616c223a22e69591e6b58e31222c22726f757465223a227265636f6e73696465726174696f6e222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '7-4', '\x3030303146319311fc195a8004c129e53a20322b8fa96d274eee2485917c255fa8b14be1', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 3, 30, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032312d30312d3039222c2261707065616c223a22e69591e6b58e31222c22726f757465223a227265636f6e73696465726174696f6e222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '13-3', '\x303030313774006bf721f0f5b53113d40cd262595ddfa1fadf52a49881cf56a1ef32b3f9', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0001', 2, 31, 'fee_charged', 1, '\x7b2274797065223a226665655f63686172676564222c226f6e223a22323032302d30352d3131222c226261736973223a226974656d73222c227175616e74697479223a31312c22616d6f756e745f7975616e223a22313030222c227061795f6279223a22323032302d30352d3236227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '15-2', '\x30303031296815452b9df155824565cbb57b782dbb5c0b7507629721d088b8691610c2dc', '{fee_before_tariff,fee_term_short}', 1);
INSERT INTO public.events VALUES (1, 'request/2019-0001', 1, 32, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323031392d30372d3036222c226368616e6e656c223a226f6e6c696e65222c22726563656970745f6261736973223a22636f6e6669726d65645f62795f626f7468222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a223636326335653631616135333435653462386662383563306536663864396663222c22636f6d6d69746d656e74223a2231353634636166656538663063646131333136303839396364393437396464363163313430633336623930616265353865373164303865356566623638633962227d2c226465736372697074696f6e223a7b226964223a226465373135333331353365323466636462363139613266346135326436636165222c22636f6d6d69746d656e74223a2235333938363032373133613838303432313736323632333637653663353138383365313331356632303035636639663665373638363266623639353835313866227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '1-1', '\x3030303155e8947c8ab84a7acb9f24900d501d2f5d5e017ccfd49ebb100386bf7cdfc7cd', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0004', 3, 33, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032302d30392d3039222c2261707065616c223a22e69591e6b58e31222c22726f757465223a226c697469676174696f6e5f646972656374222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '3-3', '\x303030317dbe4baf9b6c7a43016b0959368d7d1985bff9462d0769447891828bca8f6f89', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 5, 34, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032312d31302d3136222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227365636f6e64222c22646973706f736974696f6e223a226f7264657265645f746f5f706572666f726d222c226566666563746976655f6f6e223a22323032312d31302d3136227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '7-5', '\x303030310c3a7366766b43ae4e3e32701e6c327fb2558dc729ecadc1f98c82225107710a', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2025-0001', 3, 35, 'supplemented', 1, '\x7b2274797065223a22737570706c656d656e746564222c226f6e223a22323032352d30382d3135222c226465736372697074696f6e223a7b226964223a223165356161666334353232613437373261336634303537323865643437363563222c22636f6d6d69746d656e74223a2261646166353432326630313639653662323334636334313532316464623435393034353136323236353238303233396538633336396235343033643931316464227d7d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '19-3', '\x303030319661e8d575b1315c7e213103b9b29c214abbfbb0f5b7292916317f69224798a9', '{supplement_after_term}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 4, 36, 'served', 1, '\x7b2274797065223a22736572766564222c226f6e223a22323032312d30322d3133222c226d6574686f64223a22636f7572696572222c227369676e65645f666f725f6f6e223a22323032312d30322d3138227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '13-4', '\x30303031613d73bacb45c44addc60587be4da779df2b0ad3c46cc8e38248425dffed5d79', '{posted_otherwise}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 3, 37, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323031382d30392d3039222c226f7574636f6d65223a22726566757365642e61646d696e6973747261746976655f7175657279222c226c6567616c5f6261736973223a22e7acace4ba8ce69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '2-3', '\x3030303185aaee5add41e78b4981150ba2a1cee964a3f264eaecf92f18cb6d71532ffc63', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 4, 39, 'reopened', 1, '\x7b2274797065223a2272656f70656e6564222c226f6e223a22323031382d30392d3139222c226361757365223a226f776e5f636f7272656374696f6e222c227265646f5f6279223a22323031382d31312d3036227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '2-4', '\x30303031d3a3eff03eb0a690caaf4a54ee9eedbc474a14697a7d8cef572f2ebd7e2bc263', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 2, 40, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032342d31322d3330222c226f7574636f6d65223a226f746865722e6665655f756e70616964222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '5-2', '\x3030303133fb0903436e7df241926eaccf5625dcfb8feabd42bbd21c22107e9baaeec99a', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0003', 2, 41, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032332d30322d3036222c226f7574636f6d65223a226772616e7465642e70726f7669646564222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.418601+00', '11-2', '\x303030319c27087ef4ed6e3bf99170eecb0810cbb776bfa6e368f4f46a2541c5fae519d5', '{}', 1);
INSERT INTO public.events VALUES (1, 'authority', 2, 42, 'policy_set', 1, '\x7b2274797065223a22706f6c6963795f736574222c226f6e223a22323032302d30312d3031222c22706f6c696379223a22726f6c6c5f72656365697074222c2276616c7565223a226f6e222c22696e5f666f7263655f66726f6d223a22323031392d30312d3031227d', 'tests', NULL, '2026-11-28 20:50:21.436765+00', 'rolls', '\x303030316e426c1097933dbd6f20b5db18b730cb6153857fb53fd5515690cc61de474452', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 5, 43, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032312d30322d3138222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227265747269616c222c22646973706f736974696f6e223a226d65646961746564227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '13-5', '\x3030303100109360e46536cd803e5701334f00b6c3826bb37ef6f00699125747fbcce199', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 3, 44, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032342d31322d3330222c2261707065616c223a22e69591e6b58e31222c22726f757465223a227265636f6e73696465726174696f6e222c2267726f756e64223a22616e73776572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '5-3', '\x30303031329dcdbd899df32f4afbc8e550acda2a05f05eabbc6f9fd1d3a746b53887259a', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 5, 45, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323031382d30392d3236222c2261707065616c223a22e69591e6b58e33222c22726f757465223a226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e33e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '2-5', '\x3030303147ee7351074c9971e60b0bcadeeea968c0d7ad1dd74cabf6fcc5b8822482187e', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 4, 46, 'explanation_required', 1, '\x7b2274797065223a226578706c616e6174696f6e5f7265717569726564222c226f6e223a22323032322d30352d3139222c22726573706f6e645f6279223a22323032322d30352d3232227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '0-4', '\x30303031dde8b2797dafc5d2707a9ee824b7943c5667993d69e658a771321aea400340ca', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0006', 1, 47, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30312d3134222c226368616e6e656c223a22706f7374222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a22636f6d6d65726369616c5f656e7465727072697365222c226170706c6963616e74223a7b226964223a226333303061623633643837653464653162306336363835383637333561613866222c22636f6d6d69746d656e74223a2233343638303363663463373136613830336631326237373035383239643962656632323062653435636131333931356239353365646136306432393735666164227d2c226465736372697074696f6e223a7b226964223a223361386462323762636466333438636462326564643462326333323533336462222c22636f6d6d69746d656e74223a2239356564636638363233626235396131343531373135383861633937633135366661383364313634336532373236383830336465373063373330336533376631227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '18-1', '\x3030303174e47b4b9bc5fe3d291fdf8e37c9480e970dc7c2029ab48f1b76f82986e08309', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 6, 48, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032312d30322d3233222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a226669727374222c22646973706f736974696f6e223a227265766f6b6564222c226566666563746976655f6f6e223a22323032312d30322d3233227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '13-6', '\x30303031ba488d851f9627ae1678f3f1ebdf173283ae7c292035cb64cab30ede84d9c36e', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 4, 49, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032342d30362d3136222c2261707065616c223a22e69591e6b58e31222c22726f757465223a226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e222c2267726f756e64223a226e6f5f616e73776572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '10-4', '\x303030315d97bc2a438473f1ac5450575909956355d9e3135508b2db078e59220ad1b12e', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 7, 50, 'reopened', 1, '\x7b2274797065223a2272656f70656e6564222c226f6e223a22323032312d31302d3139222c226361757365223a226f776e5f636f7272656374696f6e222c227265646f5f6279223a22323032312d31302d3238227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '7-7', '\x3030303154695c12f16b9bed53c3de4debf386182e6d1eefec6c578b3a35cff3a20fcb3c', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0006', 2, 51, 'supplement_required', 1, '\x7b2274797065223a22737570706c656d656e745f7265717569726564222c226f6e223a22323032302d30312d3137222c22726573706f6e645f6279223a22323032302d30312d3235222c226d617474657273223a7b226964223a226665326136303438316434653438373038363434613363333265343032326535222c22636f6d6d69746d656e74223a2263356433653038343433333835353132656130336564373839386137363066383937613335613036653533353033653163616237656132613538366562306163227d7d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '18-2', '\x3030303149aaa36a034a21208cef93435cf1c54a346ceb4fb16c1dfe7b8cd6a234e64a52', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0004', 4, 52, 'served', 1, '\x7b2274797065223a22736572766564222c226f6e223a22323032302d30392d3138222c226d6574686f64223a226368696e615f706f7374222c227369676e65645f666f725f6f6e223a22323032302d30392d3138227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '3-4', '\x303030314ff5522107c832120083d304a4558b05c30917711da57833cdc6facfedb1b64e', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 4, 53, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032352d30322d3037222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227265747269616c222c22646973706f736974696f6e223a227265766f6b6564227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '5-4', '\x3030303185cd7da7311ad4ec80dbcd8ffe374c4bdf4466e9e4ec3344f11435d295625fd4', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2025-0001', 4, 54, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032352d30392d3136222c226f7574636f6d65223a22726566757365642e656e666f7263656d656e745f66696c65222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '19-4', '\x30303031af350f0febf9012b7371f4aab5313d2d022d5beefe7d66a631cba68663df580c', '{late_answer}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0004', 1, 55, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032332d30342d3239222c226368616e6e656c223a22696e5f706572736f6e222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a2272657365617263685f696e737469747574696f6e222c226170706c6963616e74223a7b226964223a226564353061366561633131383466343139656335363130316263643838333838222c22636f6d6d69746d656e74223a2235373863633435653030353230386332613164663236646237393735313032303364363664623232663136366363366562333430663332366134613236643634227d2c226465736372697074696f6e223a7b226964223a223264376133653266393863353438313762383632623165326231346331313331222c22636f6d6d69746d656e74223a2235373234356632633533373932336161336234616536393534333632303066303663306561306639363036383262626363303961356331613761353236323435227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '12-1', '\x303030313c1c600d2fead84042223c1ea0db17213e08b7c84aac5a18325c6ea68a8eb09f', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 3, 56, 'reopened', 1, '\x7b2274797065223a2272656f70656e6564222c226f6e223a22323032332d30332d3239222c226361757365223a226f776e5f636f7272656374696f6e222c227265646f5f6279223a22323032332d30352d3234227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '9-3', '\x30303031edb23df9447a5ba7d2fbca880d730782060e0ad3a482d5b05e09d6760bbacc62', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 6, 57, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323031382d30392d3131222c2261707065616c223a22e69591e6b58e32222c22726f757465223a226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e32e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '2-6', '\x30303031e01a97fa3028816b356a1d919026d990220726774c0017a799d04413a4689fe5', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 7, 58, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323031382d31302d3034222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c22636f6e73756c746565223a226f746865725f617574686f72697479222c22726573706f6e645f6279223a22323031382d31312d3032222c2264656c6976657265645f6f6e223a22323031382d31302d3034227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '2-7', '\x30303031c1fde900c70de8ddcb9fc5bbc78ffd2da69d66fa38ba4c58cb90ade32d01fe07', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0001', 3, 59, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032302d30352d3136222c2261707065616c223a22e69591e6b58e31222c22726f757465223a227265636f6e73696465726174696f6e222c2267726f756e64223a226e6f5f616e73776572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '15-3', '\x303030318d8af8fa7982f574ffd3513c746a53a586591350902cc644b07667f6c18c7ef8', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0003', 3, 60, 'archived', 1, '\x7b2274797065223a226172636869766564222c226f6e223a22323032332d30332d3033222c22617263686976655f6e6f223a22323032302d31222c22726574656e74696f6e223a22313079227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '11-3', '\x30303031b543e8d3ba6e7088ba2d3db9f32f3dd7984991d9b000eef958b2509635e1fd38', '{archived_unserved}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 5, 61, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032322d30352d3237222c22636f6e73756c746174696f6e223a22e5be81e6b18232222c22636f6e73756c746565223a22636f5f6d616b6572222c22726573706f6e645f6279223a22323032322d30372d3031227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '0-5', '\x303030315e51d8593f0580cf5cf985b69f31fae79c71d8406b12c9d3c6e4fd4ef5e99e65', '{consultation_term_long}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0003', 4, 62, 'reopened', 1, '\x7b2274797065223a2272656f70656e6564222c226f6e223a22323032332d30332d3033222c226361757365223a226f776e5f636f7272656374696f6e222c227265646f5f6279223a22323032332d30332d3037227d', 'tests', NULL, '2026-11-28 20:50:21.451338+00', '11-4', '\x30303031a634d4d3812d0dda2c48715e25c00f6c2629ae028635b8260be5d4c167e5fa0d', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0003', 5, 63, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032332d30342d3031222c226f7574636f6d65223a226772616e7465642e70726f7669646564222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '11-5', '\x303030316f1ff6e780f0ed2e1a82bc5fc8ebdc4e2a875535082b3e8a77ae5099116dc662', '{late_answer}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 8, 64, 'consultation_closed', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f636c6f736564222c226f6e223a22323031382d31302d3037222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c227265706c79223a22616772656564227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '2-8', '\x30303031e9ce62f0a809915dde3c4a50151444aa0ecfeb27c8bebfd2351f5faee7f6bade', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 8, 65, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032312d31302d3230222c226f7574636f6d65223a22756e61626c652e6e6f745f68656c642e6e6f745f6f757273222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '7-8', '\x3030303117c61e23b5c8c04712d1f144cefc8746d3a583f1041df953b2bd0834cfe9f7bd', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 5, 66, 'served', 1, '\x7b2274797065223a22736572766564222c226f6e223a22323032352d30322d3130222c226d6574686f64223a22636f7572696572227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '5-5', '\x30303031ecfb218bd3da8b93ee04394b526617c4e57cb37ffb9b6fec65cbc42b695fc76f', '{posted_otherwise}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0004', 2, 67, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032332d30352d3038222c226f7574636f6d65223a226772616e746564222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '12-2', '\x303030318d40bc9ac752588337755f49a87fe9c8ef6cbbc0b60efc706206ced332424262', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 4, 68, 'supplement_required', 1, '\x7b2274797065223a22737570706c656d656e745f7265717569726564222c226f6e223a22323032332d30342d3031222c22726573706f6e645f6279223a22323032332d30342d3234222c226d617474657273223a7b226964223a223864313933373366323530333462383138663631343663656438366136666537222c22636f6d6d69746d656e74223a2231333937316131316136323062666533316539363762303466646539636438373536346132383662343637363232626533336565343366353964346630343734227d7d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '9-4', '\x303030313f0c7e5f4c5287567c75834c7d1a2fa74fb8549b5bf6d54cec9b5cb0eef2d0d7', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 6, 69, 'consultation_closed', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f636c6f736564222c226f6e223a22323032322d30352d3237222c22636f6e73756c746174696f6e223a22e5be81e6b18232222c227265706c79223a22616772656564227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '0-6', '\x30303031fe9b77a1ed49ca8bbc9df25380082c4db27b7447930a89616a674b51c2ad5ac7', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0001', 3, 70, 'explanation_required', 1, '\x7b2274797065223a226578706c616e6174696f6e5f7265717569726564222c226f6e223a22323032332d31312d3138222c22726573706f6e645f6279223a22323032332d31312d3139227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '17-3', '\x30303031bf1de9404c8ffa3c3100a4f01237d2572619b6df9f3c6c31e7b436a02053488f', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 9, 71, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323031382d31302d3037222c2276657273696f6e223a382c22726561736f6e223a7b226964223a223234386463303765336665353461656439393437363439653230366462323038222c22636f6d6d69746d656e74223a2235313830373236303431343465383439323830383964393464643934653134326566386438343566363539383438653865623732393464386535396238646636227d7d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '2-9', '\x30303031e9452e3747542ecd89ea33bf1405c86b17cd0eae7fbfa0c20f6cce2a76f9b330', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 7, 72, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032322d30352d3238222c22636f6e73756c746174696f6e223a22e5be81e6b18233222c22636f6e73756c746565223a22636f5f6d616b6572222c22726573706f6e645f6279223a22323032322d30362d3036227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '0-7', '\x30303031194408a73442a9a20315b372ddb7e955fde685b4571facef4183c766bfb05ba9', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 5, 73, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323032342d30362d3136222c2276657273696f6e223a322c22726561736f6e223a7b226964223a223766326663333235303235343439373738363332333935303963663663393366222c22636f6d6d69746d656e74223a2236376461656238633266363833623230346231353966646537353363326335383466313639646137643461636363303761356231333536636634316535396662227d2c227265706c6163656d656e74223a7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032342d30362d3037222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c22636f6e73756c746565223a22636f5f6d616b6572222c22726573706f6e645f6279223a22323032342d30372d3032227d7d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '10-5', '\x303030314f37b399d848c78ea70bd75d607ace13bda2efde68cf4aece6fdf0a991c6fcdb', '{consultation_term_long}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 8, 74, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032322d30362d3035222c226f7574636f6d65223a22756e61626c652e6e6f745f68656c64222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '0-8', '\x303030315fd4cd4e75feaadfaf5d66044f96e090d3da64950dd66bd7bf9889ae6baf8d5a', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0006', 3, 75, 'explanation_required', 1, '\x7b2274797065223a226578706c616e6174696f6e5f7265717569726564222c226f6e223a22323032302d30322d3231222c22726573706f6e645f6279223a22323032302d30322d3237227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '18-3', '\x303030318b84993455176f5ced6fd5c968f251bc8ea27c2da1c8d0ce117023a28b53dcb3', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 5, 76, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032332d30332d3231222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c22636f6e73756c746565223a226f746865725f617574686f72697479222c22726573706f6e645f6279223a22323032332d30342d3138227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '9-5', '\x30303031ab050106d59116c4a6b35f23dcf1b2b6c29d2baf89850a319be02f9e7a5e0208', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 9, 77, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032312d31322d3132222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227365636f6e64222c22646973706f736974696f6e223a226469736d6973736564222c226566666563746976655f6f6e223a22323032322d30312d3035227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '7-9', '\x30303031331adadb016711b1db7591a91ad0b20dc04dcde2593a39e1137c51a367895554', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0002', 1, 78, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032322d30312d3231222c226368616e6e656c223a226f6e6c696e65222c22726563656970745f6261736973223a227369676e65645f666f72222c226170706c6963616e745f6b696e64223a22636f6d6d65726369616c5f656e7465727072697365222c226170706c6963616e74223a7b226964223a223962336332333135313665663464323961393032316230636365306661313230222c22636f6d6d69746d656e74223a2234336161333237336439313766353438616262653465623031656539356132643536346634653462366164373065343263346439356330316632326430393437227d2c226465736372697074696f6e223a7b226964223a226232666632653734666361363433356261333762303135653137636433373139222c22636f6d6d69746d656e74223a2262613636306632343564313763666663643164303337663033383761373762663365393732393163363931373363616534656166653034613764323063303034227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '16-1', '\x30303031033462b843439a0b078dd6a87d1fa846362fe904aee5cd02da87e485d79b7d21', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 6, 79, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032342d30362d3235222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a226669727374222c22646973706f736974696f6e223a227265766f6b65645f696e5f70617274222c226566666563746976655f6f6e223a22323032342d30362d3235227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '10-6', '\x3030303111a21e8d32a7b7013a64ef3a3a432af33f3078866971ec44a7a47f039817ddac', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0004', 5, 80, 'reopened', 1, '\x7b2274797065223a2272656f70656e6564222c226f6e223a22323032302d30392d3234222c226361757365223a226f776e5f636f7272656374696f6e222c227265646f5f6279223a22323032302d31312d3134227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '3-5', '\x30303031bb375dc357319c0bfa9a361f954ecf536eec7a44718ed3579ad88e5d3cb97e4f', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0003', 6, 81, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032332d30342d3036222c2261707065616c223a22e69591e6b58e31222c22726f757465223a226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e222c2267726f756e64223a22616e73776572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '11-6', '\x30303031f1e89d80cdd92927b44e2d6597642f166103f3abbfc83a3665e54793718c9e30', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 6, 82, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032352d30332d3032222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a226669727374222c22646973706f736974696f6e223a226f7264657265645f746f5f706572666f726d222c226566666563746976655f6f6e223a22323032352d30332d3234227d', 'tests', NULL, '2026-11-28 20:50:21.468903+00', '5-6', '\x303030317706fbc6f09fe74d6a89f823627db8d80c11e9b462d4c3cb87c27e23abac473e', '{}', 1);
INSERT INTO public.events VALUES (1, 'authority', 3, 83, 'day_off_set', 1, '\x7b2274797065223a226461795f6f66665f736574222c226f6e223a22323032302d30382d3034222c22646179223a22323032302d30382d3034222c22776f726b696e67223a66616c73652c22646f63756d656e745f6e6f223a22e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.503983+00', 'typhoon', '\x303030310dc992ecd3643d9a30f03a27a2ce08cc3c35291eb962d3f13158eb7fdbcde923', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 10, 84, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323032322d30312d3035222c2276657273696f6e223a362c22726561736f6e223a7b226964223a223430343034623230656139313431633562616336313562393163386530656337222c22636f6d6d69746d656e74223a2232626631306235356431346635653261353139343535396531656164373064303462326333363161303566393166313738313833636662636363376432623063227d2c227265706c6163656d656e74223a7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032312d31302d3131222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227265747269616c222c22646973706f736974696f6e223a226d65646961746564227d7d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '7-10', '\x303030311efbf648cb25de635df49d0a891b752715e510869fbf3d365392f21bcbaf6412', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0001', 4, 85, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323032302d30352d3136222c2276657273696f6e223a322c22726561736f6e223a7b226964223a226364656362356565663461353463396361626361616466396331383536306132222c22636f6d6d69746d656e74223a2239653733323330646436363030656532643935613865336561393734373138636263633566333830333730323435623863313430363230393334653761366161227d7d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '15-4', '\x303030316974b2e2741b35d0ec8f12b48b6f4a79ff5a0f4982ea4454afbc2c68a6eb37c7', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 7, 86, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032312d30332d3033222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227365636f6e64222c22646973706f736974696f6e223a227465726d696e61746564222c226566666563746976655f6f6e223a22323032312d30332d3033227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '13-7', '\x303030315461ea0a2c97c5888f873b9eb8751ce92095fa3349849988c865301f50d6a741', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 7, 87, 'fee_paid', 1, '\x7b2274797065223a226665655f70616964222c226f6e223a22323032342d30372d3131222c22616d6f756e745f7975616e223a22313030227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '10-7', '\x30303031d2dc1dd760970672cc74e2ce7eccfcd79408b887d376e608b2988fde0012c3f0', '{payment_after_term}', 1);
INSERT INTO public.events VALUES (2, 'authority', 5, 5, 'power_granted', 1, '\x7b2274797065223a22706f7765725f6772616e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a227775222c22726f6c65223a2273656375726974795f61646d696e6973747261746f72227d', 'taizhang', NULL, '2026-11-28 20:50:21.925856+00', 'people-first-3', '\x30303031699cb5c4f7b29d98ca3e946f2f298f99b14731700d9fb15b715f19af004c71c7', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 6, 88, 'supplemented', 1, '\x7b2274797065223a22737570706c656d656e746564222c226f6e223a22323032332d30342d3035222c226465736372697074696f6e223a7b226964223a223837323463323963303439363436303539623736313632346332313464343962222c22636f6d6d69746d656e74223a2265623433396134616265613466616637373136313230376537373439363934396134313364636132386139613164613764343132656364346665393131323138227d7d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '9-6', '\x30303031e9075a646daa13c30a099c4e3778aebfb1251abf323f93863f4df68b9cf8d801', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0003', 1, 89, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032342d30362d3039222c226368616e6e656c223a22656d61696c222c22726563656970745f6261736973223a2273797374656d5f636f6e6669726d6564222c226170706c6963616e745f6b696e64223a22636f6d6d65726369616c5f656e7465727072697365222c226170706c6963616e74223a7b226964223a223432306638616337393339303461306561303064376131626664643664626565222c22636f6d6d69746d656e74223a2231356564653961613931343431656461653534613632323534623361323632336338363362393131333365623764313563326238626532366263656366623433227d2c226465736372697074696f6e223a7b226964223a223663363362636533363364353438353739353063633535323566656533663739222c22636f6d6d69746d656e74223a2264663831303663363766313336653765333461383439366562383236636333656366656539343365346133633362653033333130663363626638616532343439227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '6-1', '\x303030319ab4c28ec610f6025b3024704818a1bf969dcfc3bf8fe792bba4209f1c4546e9', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2019-0001', 2, 90, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323031392d30372d3037222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c22636f6e73756c746565223a22636f5f6d616b6572222c22726573706f6e645f6279223a22323031392d30372d3037222c2264656c6976657265645f6f6e223a22323031392d30372d3037227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '1-2', '\x303030313fd4b1f71d0e71266edf98adc4443b089e1a99d00dc88c8180f5605240457350', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 8, 91, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032312d30332d3132222c2261707065616c223a22e69591e6b58e32222c22726f757465223a226c697469676174696f6e5f646972656374222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e32e58fb7222c22666f6c6c6f7773223a22e69591e6b58e31227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '13-8', '\x30303031c969953c492d195de8dcc34201068aefc2590e1be70100baaf6525ce257f2d76', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 7, 92, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032352d30332d3131222c2261707065616c223a22e69591e6b58e32222c22726f757465223a226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e222c2267726f756e64223a22616e73776572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e32e58fb7222c22666f6c6c6f7773223a22e69591e6b58e31227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '5-7', '\x3030303183f31ec1c39e968dd06fd7af3b94dc52cd8131a3acdd0d38ce7d461108214709', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 10, 93, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323031382d31302d3233222c22636f6e73756c746174696f6e223a22e5be81e6b18232222c22636f6e73756c746565223a226f746865725f617574686f72697479222c22726573706f6e645f6279223a22323031382d31322d3031227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '2-10', '\x30303031dead81e7a33aa6dd4fc5c226c90f051f8834cf95cd3a128880802609a9d71b48', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 8, 94, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032342d30372d3131222c226f7574636f6d65223a226e6f745f70726f6365737365642e7265636f6e6669726d6174696f6e222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '10-8', '\x3030303136857ed8d637e7feadbecc6a75596c4c5e549ac3b6e65ba3d894fb9480306078', '{consultation_overlong}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0005', 9, 95, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032312d30332d3230222c2261707065616c223a22e69591e6b58e33222c22726f757465223a226c697469676174696f6e5f646972656374222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e33e58fb7222c22666f6c6c6f7773223a22e69591e6b58e32227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '13-9', '\x30303031c56659ed98c7ee1f89f1cde344a910ee5e0be62dfb324147882a31587f46d396', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 7, 96, 'consultation_closed', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f636c6f736564222c226f6e223a22323032332d30342d3130222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c227265706c79223a22616772656564227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '9-7', '\x30303031e2dce7b131cedec3b29b4fdfd5d6f326ced635400d9802a3addbd760e0abe913', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 8, 97, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032352d30332d3136222c2261707065616c223a22e69591e6b58e32222c22696e7374616e6365223a227365636f6e64222c22646973706f736974696f6e223a227265766f6b65645f696e5f70617274227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '5-8', '\x30303031cccb509125a6ec34315da9da3fb4c3215018613bbc751e1a94c5baa4d027e64a', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0003', 7, 98, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032332d30342d3130222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a226669727374222c22646973706f736974696f6e223a227265766f6b6564222c226566666563746976655f6f6e223a22323032332d30342d3130227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '11-7', '\x3030303135bcbcca979abb03390b02a60a936cbf743802800ac5bb98de1eb960150dfa31', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 11, 99, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323031382d31322d3134222c22636f6e73756c746174696f6e223a22e5be81e6b18233222c22636f6e73756c746565223a226f746865725f617574686f72697479222c22726573706f6e645f6279223a22323031382d31322d3137227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '2-11', '\x30303031e3cad868bddf20379d398858104b6affa30dbd5d1aa100852dfb14c8ed479a83', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2019-0002', 1, 100, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323031392d30332d3135222c226368616e6e656c223a22666178222c22726563656970745f6261736973223a22636f6e6669726d65645f62795f626f7468222c226170706c6963616e745f6b696e64223a227075626c69635f696e7465726573745f6f7267616e69736174696f6e222c226170706c6963616e74223a7b226964223a223862356364663734653538663431656662343438326239336364343531396561222c22636f6d6d69746d656e74223a2233616639353765363662383434383163653231633066643631653065663534666635653165613436303537663932386536356533636530333062656132313734227d2c226465736372697074696f6e223a7b226964223a223664653833336535636437643434343062613533383064366463316534666665222c22636f6d6d69746d656e74223a2234643338323064323864613537613063333765383565623635343265326334656334643737626263643034346163623964333064303339646532353136353437227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '14-1', '\x303030316e980f2d31a44b84c38056b78dc5ee87b8a232bf75ef0e50502d74358c9223ec', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0001', 5, 101, 'appeal_decided', 1, '\x7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032302d30352d3231222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227365636f6e64222c22646973706f736974696f6e223a226f7264657265645f746f5f706572666f726d222c226566666563746976655f6f6e223a22323032302d30352d3231227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '15-5', '\x30303031f4372e517c326ec8ab36a60afe0adf3e40323205081b351b569cf2f69de59fd6', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 9, 102, 'reopened', 1, '\x7b2274797065223a2272656f70656e6564222c226f6e223a22323032352d30322d3134222c226361757365223a2261707065616c222c227265646f5f6279223a22323032352d30332d3132222c2261707065616c223a22e69591e6b58e31227d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '5-9', '\x30303031057ba45f36e1211c581484e84a6eee373b6973fc7e037ccbd4055fbc8298464f', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2018-0001', 12, 103, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323031382d31322d3134222c2276657273696f6e223a382c22726561736f6e223a7b226964223a226230326465303064353235653432313038613932613231666435636239633433222c22636f6d6d69746d656e74223a2266626566323735353030386662373039383866336466376266346335346534396362616562623730366237633665646130326539356163313436643333373039227d2c227265706c6163656d656e74223a7b2274797065223a22636f6e73756c746174696f6e5f636c6f736564222c226f6e223a22323031382d31302d3037222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c227265706c79223a22616772656564227d7d', 'tests', NULL, '2026-11-28 20:50:21.523804+00', '2-12', '\x30303031dad7e6cc19a9af2cb7335dd07b6ed212db2df1b6e0780922fa268495ed8608db', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 8, 104, 'explanation_required', 1, '\x7b2274797065223a226578706c616e6174696f6e5f7265717569726564222c226f6e223a22323032332d30352d3034222c22726573706f6e645f6279223a22323032332d30352d3139227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '9-8', '\x30303031c1c3f6b2881e7d6556f3232c7c356c9c0ecf5a2cfded8ab3c1ef5286067a02d1', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0004', 6, 105, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032302d30392d3330222c226f7574636f6d65223a22726566757365642e73656375726974795f616e645f73746162696c697479222c226c6567616c5f6261736973223a22e7acace4ba8ce69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '3-6', '\x30303031567ef79a846543fbe5553606a0098e0b680a7a8ceba4957e0f4dfb417b449abb', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0001', 9, 106, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323032342d30372d3131222c2276657273696f6e223a322c22726561736f6e223a7b226964223a223535396136353730373463663432393361316333393837386637353039323830222c22636f6d6d69746d656e74223a2231393366336463643832666339343739373630653935646236353461373231316438636263656261613366663366343536613961343731386264643036343136227d2c227265706c6163656d656e74223a7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032342d30362d3037222c22636f6e73756c746174696f6e223a22e5be81e6b18231222c22636f6e73756c746565223a22636f5f6d616b6572222c22726573706f6e645f6279223a22323032342d30362d3330227d7d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '10-9', '\x30303031182146d801aec292f9c487dbc21ec60f227976345a7f785e4e2e0096823aea4d', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 11, 107, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032312d31322d3139222c2261707065616c223a22e69591e6b58e32222c22726f757465223a227265636f6e73696465726174696f6e222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e32e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '7-11', '\x30303031a9b9e0fb6705c9e777c68f447b8c73b29f14c43ee40bc8d291b51e2e1a181b19', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 9, 108, 'consultation_opened', 1, '\x7b2274797065223a22636f6e73756c746174696f6e5f6f70656e6564222c226f6e223a22323032332d30352d3133222c22636f6e73756c746174696f6e223a22e5be81e6b18232222c22636f6e73756c746565223a22636f5f6d616b6572222c22726573706f6e645f6279223a22323032332d30362d3033227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '9-9', '\x30303031ee5fa36309a94634842173d73948467c6501f8090833a0d02db53fa4a231938a', '{consultation_term_long}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 10, 109, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323032352d30332d3234222c2276657273696f6e223a342c22726561736f6e223a7b226964223a223463343333623034313935303462306639343735386137653530383566616461222c22636f6d6d69746d656e74223a2230633534326432633664623039396137373464353039376661306662366637656464653634343531383030393862633334333032316433393237643964663262227d7d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '5-10', '\x30303031e11eedf26ff0b4e7211a4bce2ed7426f6877d1998ae4fd3c789d6252d2136cb8', '{reopened_before_decision}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0001', 6, 110, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323032302d30352d3231222c2276657273696f6e223a352c22726561736f6e223a7b226964223a223235313865616536346239363461313339326231623663633331303434653530222c22636f6d6d69746d656e74223a2265373534616663363337336365613038636637333566643135323532303931313233323064613131636435336566366539616136376536373633373832333937227d2c227265706c6163656d656e74223a7b2274797065223a2261707065616c5f64656369646564222c226f6e223a22323032302d30352d3231222c2261707065616c223a22e69591e6b58e31222c22696e7374616e6365223a227365636f6e64222c22646973706f736974696f6e223a226f7264657265645f746f5f706572666f726d222c226566666563746976655f6f6e223a22323032302d30352d3231227d7d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '15-6', '\x30303031c91533a11f5e691e0087d466e0368a9fe61627859ce13082c79764a9fa700ce1', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 12, 111, 'reopened', 1, '\x7b2274797065223a2272656f70656e6564222c226f6e223a22323032312d31322d3236222c226361757365223a2261707065616c222c227265646f5f6279223a22323032322d30312d3132222c2261707065616c223a22e69591e6b58e31227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '7-12', '\x3030303130f36936c5e718b09b26f3337ab7b2faa98b33dd822d0e96fec2e72d5340668c', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 10, 112, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032332d30352d3138222c226f7574636f6d65223a226772616e7465642e70726f7669646564222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '9-10', '\x30303031cdd3c075cc9340641a7281f4aa7fee26403aee722b59cb3a9f52633ffa264832', '{late_answer}', 1);
INSERT INTO public.events VALUES (1, 'request/2023-0002', 11, 113, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032332d30352d3237222c2261707065616c223a22e69591e6b58e31222c22726f757465223a226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '9-11', '\x303030316f25d00275c53b3e3820e3629f5429c59fc4a473fe07652ff743c9129ae5273c', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2024-0002', 11, 114, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032352d30332d3239222c226f7574636f6d65223a22756e61626c652e6d7573745f62655f63726561746564222c226c6567616c5f6261736973223a22e7acace4b880e69da1222c22646f63756d656e745f6e6f223a22e585ace5bc80e3809432303230e3809531e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '5-11', '\x3030303199b8d30516e4eae4edd9e7e22c22e78c90355f3ca51a75a47f6792e8a8027330', '{late_answer}', 1);
INSERT INTO public.events VALUES (1, 'request/2022-0001', 9, 115, 'appealed', 1, '\x7b2274797065223a2261707065616c6564222c226f6e223a22323032322d30362d3038222c2261707065616c223a22e69591e6b58e31222c22726f757465223a226c697469676174696f6e5f646972656374222c2267726f756e64223a226f74686572222c2274726962756e616c223a22e5b882e4babae6b091e694bfe5ba9c222c22636173655f6e6f223a22e3809432303230e38095e69591e6b58e31e58fb7227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '0-9', '\x30303031b585dbdee521262c8feb6728794e6b293c1b3888a5e0094d90f2144549dfa90d', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 13, 116, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323032322d30312d3035222c2276657273696f6e223a392c22726561736f6e223a7b226964223a226630343838623865383334343432366238373763346232626637663165316635222c22636f6d6d69746d656e74223a2233323636643161313333366361653464303339303939363930383439643361623837373433616664333535376266353161623666326465666466376366323666227d7d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '7-13', '\x303030311ff1826a242ebee1c6eedc1a9c3281af4a1062eb16ab4406324514cd9f3da7fe', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2025-0001', 5, 117, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323032352d30392d3136222c2276657273696f6e223a332c22726561736f6e223a7b226964223a226363316661336361336332313461376462393039623438613864376463623161222c22636f6d6d69746d656e74223a2238333233613735663764306237313730303365303661366334626636643036306633343762643063623135373233623839373964653862666263613464663836227d2c227265706c6163656d656e74223a7b2274797065223a22737570706c656d656e746564222c226f6e223a22323032352d30382d3135222c226465736372697074696f6e223a7b226964223a226235316339656264613737393439623439346136303534323938346161393361222c22636f6d6d69746d656e74223a2236306138613831646638366264613239333564633862396437333330616435666230333932623964376239393233346462393265633665383330633135383766227d7d7d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '19-5', '\x303030312fe887b6b456f9c99f38de6d0f5bb627e77a3075baf4ae5a8093ba422233c253', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2019-0002', 2, 118, 'entry_amended', 1, '\x7b2274797065223a22656e7472795f616d656e646564222c226f6e223a22323031392d30332d3135222c2276657273696f6e223a312c22726561736f6e223a7b226964223a226238326239363831666637643432306361353763613263613735363463396261222c22636f6d6d69746d656e74223a2236373231363334363238343233656236363563613232633664353666333765666539313033383963396264363736633265313037633735363133316664376139227d7d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '14-2', '\x30303031a16703938ea0f08526cd16d39dfc0a353d2eb26df8ddc3994958bf521c9afaf7', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2021-0001', 14, 119, 'served', 1, '\x7b2274797065223a22736572766564222c226f6e223a22323032312d31302d3239222c226d6574686f64223a227075626c69635f6e6f74696365222c227369676e65645f666f725f6f6e223a22323032312d31302d3331227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '7-14', '\x303030317b414a2f77c0390746fad5d372147b09d82ad6189dca2a8a103045cdaa65a674', '{late_service}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0006', 4, 120, 'withdrawn', 1, '\x7b2274797065223a2277697468647261776e222c226f6e223a22323032302d30322d3238222c22726561736f6e223a2262795f6170706c6963616e74227d', 'tests', NULL, '2026-11-28 20:50:21.544156+00', '18-4', '\x30303031b662fe27626540dbbe6d920b3f44819ec6ff4daf11ae1de4d88abaf84bd940bd', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0007', 1, 121, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30332d3032222c226368616e6e656c223a22706f7374222c22726563656970745f6261736973223a227369676e65645f666f72222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a223235633334316433303334313436633961303362313533356166393135643633222c22636f6d6d69746d656e74223a2234373732656133346333336562666131336532636263346365386262636538363666373063636132343839613432383035353231323664613237353761373330227d2c226465736372697074696f6e223a7b226964223a223063643737383435353161623461383962373063393139376363353561633762222c22636f6d6d69746d656e74223a2266386166333363666663363233643736353561393865326537343563373866383966366463343430336134626134303635613535326461336363626566353665227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.560954+00', 'filed', '\x3030303171325ef238b9466304649eb313cab67b954571d9e4f210b6ed3857e1e0057bec', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0008', 1, 122, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30332d3032222c226368616e6e656c223a22706f7374222c22726563656970745f6261736973223a227369676e65645f666f72222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a223935643432613833643361653432346261316363303832623233376339363437222c22636f6d6d69746d656e74223a2233373863316631353639616266623738396261663334343339303033356539313261366534356165356436623761373337303235346266323264313039653933227d2c226465736372697074696f6e223a7b226964223a223137663062376531613564623465393238386437343533636236633833326164222c22636f6d6d69746d656e74223a2264383637303164646362323431623332643035363430653933343735343963333366313130666666313464383630306436633031333033303266383731623966227d2c2264656c6976657279223a227061706572227d', 'tests', NULL, '2026-11-28 20:50:21.560954+00', 'gone', '\x3030303171325ef238b9466304649eb313cab67b954571d9e4f210b6ed3857e1e0057bec', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0008', 2, 123, 'withdrawn', 1, '\x7b2274797065223a2277697468647261776e222c226f6e223a22323032302d30332d3033222c22726561736f6e223a2262795f6170706c6963616e74227d', 'tests', NULL, '2026-11-28 20:50:21.560954+00', 'gone-closed', '\x3030303160acba9829aad5c1d776983c0d1519b0cb8a38b3f2005760eb74a6fb05e5d594', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0008', 3, 124, 'archived', 1, '\x7b2274797065223a226172636869766564222c226f6e223a22323032302d30332d3230222c22617263686976655f6e6f223a22323032302d31222c22726574656e74696f6e223a22313079227d', 'tests', NULL, '2026-11-28 20:50:21.560954+00', 'gone-kept', '\x303030312c6eba6d5d727b246869274148214491df2c92d3ea347b9d7c0543c03527fdcb', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0007', 2, 125, 'document_filed', 1, '\x7b2274797065223a22646f63756d656e745f66696c6564222c226f6e223a22323032302d30332d3033222c22646f63756d656e74223a22e794b3e8afb7e8a1a8222c226b696e64223a226170706c69636174696f6e222c226d656469615f74797065223a226170706c69636174696f6e2f706466222c2273697a655f6279746573223a3130392c22636f6e74656e74223a7b226964223a226637343331303737303431643438313861353632636530643565633436656133222c22636f6d6d69746d656e74223a2265616338343332623838343037653865353539313464323663336461363433633232363037316530303766383037303335366436383432646234373239383364227d7d', 'tests', NULL, '2026-11-28 20:50:21.568683+00', 'document', '\x30303031f9b3875d61bc848740a4322c8cf50b0373a7ca583cfe465ac39814b4817d9698', '{}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0008', 4, 126, 'erasure_requested', 1, '\x7b2274797065223a22657261737572655f726571756573746564222c226f6e223a22323032362d30312d3036222c2273636f7065223a22616c6c222c226261736973223a226f726465726564222c2261707072616973616c5f6e6f223a22e989b4e5ae9ae3809432303331e3809531e58fb7227d', 'li', NULL, '2026-11-28 20:50:21.57165+00', 'ask-2020-0008-4', '\x3030303102ca16fd4899939c04e0b5b3baca0cbbf356993528229eddee7aa0576c7ee74c', '{erased_before_retention}', 1);
INSERT INTO public.events VALUES (1, 'request/2020-0008', 5, 127, 'personal_data_erased', 1, '\x7b2274797065223a22706572736f6e616c5f646174615f657261736564222c226f6e223a22323032362d30312d3037222c22726571756573746564223a347d', 'wang', NULL, '2026-11-28 20:50:21.585495+00', 'erase-2020-0008-4', '\x30303031bc302128018b5d1136384df5af8304117cda85df3c205198306284b968be9615', '{erased_before_retention}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 1, 128, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a22726567756c6174696f6e73222c22636f6c756d6e223a22e69cace5b9b4e696b0e588b6e4bd9ce695b0e9878f222c22736f75726365223a22e8a784e7aba0e79baee5bd95222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.621217+00', 'demo-report-regulations-本年新制作数量', '\x30303031c23956e87e51dda20de077608328fce013f042d1f8dfb317387fed166aa0f2db', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 2, 129, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a22726567756c6174696f6e73222c22636f6c756d6e223a22e69cace5b9b4e696b0e585ace5bc80e695b0e9878f222c22736f75726365223a22e8a784e7aba0e79baee5bd95222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.62902+00', 'demo-report-regulations-本年新公开数量', '\x303030312a1e3085c54524340edabc0013bdc6d800f90808d83e5d8dddcecee49e394297', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 3, 130, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a22726567756c6174696f6e73222c22636f6c756d6e223a22e5afb9e5a496e585ace5bc80e680bbe695b0e9878f222c22736f75726365223a22e8a784e7aba0e79baee5bd95222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.632488+00', 'demo-report-regulations-对外公开总数量', '\x30303031569e09ebbab678a244b3a4193fa5f76074420dfba6a2f80c50f535d96daad512', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 4, 131, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226e6f726d61746976655f646f63756d656e7473222c22636f6c756d6e223a22e69cace5b9b4e696b0e588b6e4bd9ce695b0e9878f222c22736f75726365223a22e8a784e88c83e680a7e69687e4bbb6e799bbe8aeb0e7b0bf222c2276616c7565223a2235227d', 'demo-writer', NULL, '2026-11-28 20:50:21.636603+00', 'demo-report-normative_documents-本年新制作数量', '\x303030314c8f1ef8b70aabed3f1cf30f8a3b2a5ac358172e268ae3829a13343d82cadb49', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 5, 132, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226e6f726d61746976655f646f63756d656e7473222c22636f6c756d6e223a22e69cace5b9b4e696b0e585ace5bc80e695b0e9878f222c22736f75726365223a22e8a784e88c83e680a7e69687e4bbb6e799bbe8aeb0e7b0bf222c2276616c7565223a2235227d', 'demo-writer', NULL, '2026-11-28 20:50:21.640714+00', 'demo-report-normative_documents-本年新公开数量', '\x30303031ef1a42ce8d6fe5d632c044496d0c24bd1fedf40caad1e257f938e7a03f1f6926', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 6, 133, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226e6f726d61746976655f646f63756d656e7473222c22636f6c756d6e223a22e5afb9e5a496e585ace5bc80e680bbe695b0e9878f222c22736f75726365223a22e8a784e88c83e680a7e69687e4bbb6e799bbe8aeb0e7b0bf222c2276616c7565223a223433227d', 'demo-writer', NULL, '2026-11-28 20:50:21.648385+00', 'demo-report-normative_documents-对外公开总数量', '\x30303031e1e5ecd13763ec29d70fd8b8b3523035ad76f019e8a693593f3d500037c7295e', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 7, 134, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226c6963656e73696e67222c22636f6c756d6e223a22e4b88ae4b880e5b9b4e9a1b9e79baee695b0e9878f222c22736f75726365223a22e8a18ce694bfe8aeb8e58fafe58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.650361+00', 'demo-report-licensing-上一年项目数量', '\x3030303147d70554933be8c950efd4ae4126f0be2091180e3d275cef2958cffa1664d5b3', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 8, 135, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226c6963656e73696e67222c22636f6c756d6e223a22e69cace5b9b4e5a29e2fe5878f222c22736f75726365223a22e8a18ce694bfe8aeb8e58fafe58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.660617+00', 'demo-report-licensing-本年增/减', '\x30303031035544be17703ff7414153868be1a3cd2a3a8cbc11a87131fe999b877cb44237', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 9, 136, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226c6963656e73696e67222c22636f6c756d6e223a22e5a484e79086e586b3e5ae9ae695b0e9878f222c22736f75726365223a22e8a18ce694bfe8aeb8e58fafe58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.664524+00', 'demo-report-licensing-处理决定数量', '\x30303031edcc19cd1a7bc0380b441546408e2dc16d5fd8cb04aa035444e8170292f106f6', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 10, 137, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226f746865725f7365727669636573222c22636f6c756d6e223a22e4b88ae4b880e5b9b4e9a1b9e79baee695b0e9878f222c22736f75726365223a22e694bfe58aa1e69c8de58aa1e4ba8be9a1b9e79baee5bd95222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.668325+00', 'demo-report-other_services-上一年项目数量', '\x30303031c3267033bb365fbc423dac04ee4d0ea4625bbf63041bb1e4cb7fa36c795530d3', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 11, 138, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226f746865725f7365727669636573222c22636f6c756d6e223a22e69cace5b9b4e5a29e2fe5878f222c22736f75726365223a22e694bfe58aa1e69c8de58aa1e4ba8be9a1b9e79baee5bd95222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.672603+00', 'demo-report-other_services-本年增/减', '\x303030312d89f173c9e8c762b1f762e5fa611d8b669008d3e266266bfb47bc93aace3b42', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 12, 139, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a226f746865725f7365727669636573222c22636f6c756d6e223a22e5a484e79086e586b3e5ae9ae695b0e9878f222c22736f75726365223a22e694bfe58aa1e69c8de58aa1e4ba8be9a1b9e79baee5bd95222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.680586+00', 'demo-report-other_services-处理决定数量', '\x3030303174cff1f0f3856b58bf0e306513225fcff57f31b9053818b5f2b8c9cd93a32ac5', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 13, 140, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a2270656e616c74696573222c22636f6c756d6e223a22e4b88ae4b880e5b9b4e9a1b9e79baee695b0e9878f222c22736f75726365223a22e8a18ce694bfe5a484e7bd9ae58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.683971+00', 'demo-report-penalties-上一年项目数量', '\x30303031acbbafccd067253e499dcccc400c94035b1446db547e27df63017d6e087a1116', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 14, 141, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a2270656e616c74696573222c22636f6c756d6e223a22e69cace5b9b4e5a29e2fe5878f222c22736f75726365223a22e8a18ce694bfe5a484e7bd9ae58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.690366+00', 'demo-report-penalties-本年增/减', '\x30303031269ba5ffbb5ef088e6a271933e3d878d3533d548636b7e195d5fa1687f56205a', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 15, 142, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a2270656e616c74696573222c22636f6c756d6e223a22e5a484e79086e586b3e5ae9ae695b0e9878f222c22736f75726365223a22e8a18ce694bfe5a484e7bd9ae58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.70063+00', 'demo-report-penalties-处理决定数量', '\x303030316111169f2bdb3fbcc483b075eec501918717849bc8ec9308a080c9297d3e2dc5', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 16, 143, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a22636f657263696f6e222c22636f6c756d6e223a22e4b88ae4b880e5b9b4e9a1b9e79baee695b0e9878f222c22736f75726365223a22e8a18ce694bfe5bcbae588b6e58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.70869+00', 'demo-report-coercion-上一年项目数量', '\x3030303198df94414ecf4fe84209a4b1a17f5e5103fefab2532882b4f1e182a6cba4ca0e', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 17, 144, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a22636f657263696f6e222c22636f6c756d6e223a22e69cace5b9b4e5a29e2fe5878f222c22736f75726365223a22e8a18ce694bfe5bcbae588b6e58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.715833+00', 'demo-report-coercion-本年增/减', '\x30303031161167eda3b4a2ea0ea2f2a9307ba0278fb278d439e3693ae246f2d832659a7d', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 18, 145, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a22636f657263696f6e222c22636f6c756d6e223a22e5a484e79086e586b3e5ae9ae695b0e9878f222c22736f75726365223a22e8a18ce694bfe5bcbae588b6e58fb0e8b4a6222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.720116+00', 'demo-report-coercion-处理决定数量', '\x303030315bbc6ca2ebde6c26724409975872cddd90800e3fb05f9338907807b00b158c69', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 19, 146, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a2266656573222c22636f6c756d6e223a22e4b88ae4b880e5b9b4e9a1b9e79baee695b0e9878f222c22736f75726365223a22e694b6e8b4b9e9a1b9e79baee79baee5bd95222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.724467+00', 'demo-report-fees-上一年项目数量', '\x303030315e2b995ce70d134127f6e5bcaefb89b18cc2126a343cf592f441cf93ec9b1e5a', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 20, 147, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a2266656573222c22636f6c756d6e223a22e69cace5b9b4e5a29e2fe5878f222c22736f75726365223a22e694b6e8b4b9e9a1b9e79baee79baee5bd95222c2276616c7565223a2230227d', 'demo-writer', NULL, '2026-11-28 20:50:21.72856+00', 'demo-report-fees-本年增/减', '\x30303031884312ac49051860f1424f6b134ef937d35cb4f4d8aff4eba02399fdce255502', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 21, 148, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a2270726f637572656d656e74222c22636f6c756d6e223a22e98787e8b4ade9a1b9e79baee695b0e9878f222c22736f75726365223a22e694bfe5ba9ce98787e8b4ade58fb0e8b4a6222c2276616c7565223a2237227d', 'demo-writer', NULL, '2026-11-28 20:50:21.736811+00', 'demo-report-procurement-采购项目数量', '\x30303031b2a65ab55cbcbb9e3481e3d1f1fa937ed9c90c3adea72c2841521d809a5d95da', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 22, 149, 'figure_entered', 1, '\x7b2274797065223a226669677572655f656e7465726564222c226f6e223a22323032312d30312d3035222c22726f77223a2270726f637572656d656e74222c22636f6c756d6e223a22e98787e8b4ade680bbe98791e9a29defbc88e58583efbc89222c22736f75726365223a22e694bfe5ba9ce98787e8b4ade58fb0e8b4a6222c2276616c7565223a2231363930333636227d', 'demo-writer', NULL, '2026-11-28 20:50:21.741119+00', 'demo-report-procurement-采购总金额（元）', '\x303030318d6ec67bde8f70f841494c7268a2479ea94943def1096b5f12df158d67ead1f3', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 23, 150, 'work_recorded', 1, '\x7b2274797065223a22776f726b5f7265636f72646564222c226f6e223a22323032302d30332d3136222c226b696e64223a22646f63756d656e745f7075626c6973686564222c226e756d626572223a312c226e6f7465223a22e7a4bae4be8be5ba9ce58a9ee8a784e3809432303230e3809531e58fb7227d', 'demo-writer', NULL, '2026-11-28 20:50:21.748478+00', 'demo-report-document-1', '\x30303031aac6cc2ad67dd9972e94d31df66fe8f42e4c2358eef0970647de28cd05599c9f', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 24, 151, 'work_recorded', 1, '\x7b2274797065223a22776f726b5f7265636f72646564222c226f6e223a22323032302d30352d3132222c226b696e64223a22646f63756d656e745f7075626c6973686564222c226e756d626572223a312c226e6f7465223a22e7a4bae4be8be5ba9ce58a9ee8a784e3809432303230e3809532e58fb7227d', 'demo-writer', NULL, '2026-11-28 20:50:21.752457+00', 'demo-report-document-2', '\x30303031b8aa7485084c0eb5278133794721d05d31d2b025f447d910867816358e70be35', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 25, 152, 'work_recorded', 1, '\x7b2274797065223a22776f726b5f7265636f72646564222c226f6e223a22323032302d30372d3231222c226b696e64223a22646f63756d656e745f7075626c6973686564222c226e756d626572223a312c226e6f7465223a22e7a4bae4be8be5ba9ce58a9ee8a784e3809432303230e3809533e58fb7227d', 'demo-writer', NULL, '2026-11-28 20:50:21.760396+00', 'demo-report-document-3', '\x30303031ccc3d97f4bc028587f933eddc02ca8bde9f886e0f310914d45133dfe72865412', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 26, 153, 'work_recorded', 1, '\x7b2274797065223a22776f726b5f7265636f72646564222c226f6e223a22323032302d30392d3038222c226b696e64223a22646f63756d656e745f7075626c6973686564222c226e756d626572223a312c226e6f7465223a22e7a4bae4be8be5ba9ce58a9ee8a784e3809432303230e3809534e58fb7227d', 'demo-writer', NULL, '2026-11-28 20:50:21.764485+00', 'demo-report-document-4', '\x303030313e3b4bd8c87d8e84abb96692820f47079d5bd800774ad7f763c18eabb6fef9c6', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 27, 154, 'work_recorded', 1, '\x7b2274797065223a22776f726b5f7265636f72646564222c226f6e223a22323032302d31312d3137222c226b696e64223a22646f63756d656e745f7075626c6973686564222c226e756d626572223a312c226e6f7465223a22e7a4bae4be8be5ba9ce58a9ee8a784e3809432303230e3809535e58fb7227d', 'demo-writer', NULL, '2026-11-28 20:50:21.772657+00', 'demo-report-document-5', '\x30303031b95231c472cb5dbb1403db934ddf504d8329e55489bbaf23143623b4c98e4a31', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 6, 6, 'grant_confirmed', 1, '\x7b2274797065223a226772616e745f636f6e6669726d6564222c226f6e223a22323032302d30312d3032222c2276657273696f6e223a347d', 'taizhang', NULL, '2026-11-28 20:50:21.925856+00', 'people-first-4', '\x30303031fea695739ea1ed41cd2cda5f428dbd41e1c7d0da3a8dcd4f2a1b17b5d517d7b6', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 28, 155, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a2270726566616365222c2274657874223a7b226964223a226464393130363137336263643434623539343631343436343736353835363334222c22636f6d6d69746d656e74223a2232383366313064633032316162636132336237343839653935303036393530343632316634343730623035346433626133393461373964343731386435386231227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.777948+00', 'demo-report-preface', '\x3030303123ed1c1848268df584bd4dffbe3351026501a25e8abbf79a5aedd2f77ab4757d', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 29, 156, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a226f766572766965772e70726f616374697665222c2274657874223a7b226964223a223236623737616538396232353434646362343639633334623735633939313561222c22636f6d6d69746d656e74223a2235336464333230636563666635316431356165356234656362353161653663373133653363633965343734356535373938626132366430336466303239663736227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.788574+00', 'demo-report-overview.proactive', '\x303030319bd8b27eca996fb705cfbbd519b1c3b376ea02e80484866496c150643c9a5077', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 30, 157, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a226f766572766965772e6f6e5f72657175657374222c2274657874223a7b226964223a223833646466353763373263323434383339336366656663313232653235656239222c22636f6d6d69746d656e74223a2237653565366261373965326230393436643832643536366564326562306531636239373935373132386534396337316366656439313635343365316630363831227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.7966+00', 'demo-report-overview.on_request', '\x30303031f781179c0dbec273bec49ee789bf7a66645649320a1d2b8e8cc8cc3982233358', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 31, 158, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a226f766572766965772e6d616e6167656d656e74222c2274657874223a7b226964223a223233373463626465386633663437376338646431363434373765346236616237222c22636f6d6d69746d656e74223a2262663335633263323833326137393030626535643630373662363464366532616663343863313364656463343839633839396466396232313839646134363962227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.803812+00', 'demo-report-overview.management', '\x30303031cf2b9c3f1cd22a719187c2db7652b27da807c8d5851c0c4f86201bf02a29fa0b', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 32, 159, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a226f766572766965772e706c6174666f726d73222c2274657874223a7b226964223a223338326564393830326334393465393838333532336463623335303362373063222c22636f6d6d69746d656e74223a2261653632663431323663323764636130303734623038383239643763376532383238303164663066336636353236633161366466353130636430313939306532227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.80785+00', 'demo-report-overview.platforms', '\x303030312888bcf18d3676ed3bd81228e609781375427e50d7c6c5e909a4f3504045f955', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 33, 160, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a226f766572766965772e7375706572766973696f6e222c2274657874223a7b226964223a226165323638306464653063373439633362353134356630346230303535323566222c22636f6d6d69746d656e74223a2238336438613333363032336231636661626136616334336237396366393037336639343836316236636233383562363966623236336337393462363731656337227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.816859+00', 'demo-report-overview.supervision', '\x303030312b179cafd303b4ea1756ae33967957a89e36396af51ec2f60cc546db31cb5d5f', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 34, 161, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a2261707065616c73222c2274657874223a7b226964223a226131666631393439303134653464396261333165333332353436396537363864222c22636f6d6d69746d656e74223a2263356533323063643639316637396333353430663830666233653536363131383665323564643065656662353364363163646363373538363333363431363035227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.823775+00', 'demo-report-appeals', '\x30303031f4708209b7f972257faf40f620b91c13e99465778e7a1082ba4be4ed0fea1c3c', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 35, 162, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a2270726f626c656d73222c2274657874223a7b226964223a223261306261616136343130373435336462316138663863393338396131643064222c22636f6d6d69746d656e74223a2261653032616532616362623631613062363830373134326464333638653834366137616536343761333562633633656435656635613835386330316137656165227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.82788+00', 'demo-report-problems', '\x303030314f2037233e6eb56ee05e2cac7b3f51c920b0132a2fa6e8fd321b542c5f950837', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 36, 163, 'narrative_written', 1, '\x7b2274797065223a226e61727261746976655f7772697474656e222c226f6e223a22323032312d30312d3038222c2273656374696f6e223a226f74686572222c2274657874223a7b226964223a223162383831323136393862663433626239356235323233376235623334643863222c22636f6d6d69746d656e74223a2231666165306562623138383233313831623032663530366233666131666139366637343063643336303962623138303432636534326336396361323463306132227d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.834358+00', 'demo-report-other', '\x303030311173d6181b2589887fea7e026d4e05ec34ec6157bc425781c583d33ef6900502', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 37, 164, 'report_compiled', 1, '\x7b2274797065223a227265706f72745f636f6d70696c6564222c226f6e223a22323032312d30312d3038227d', 'demo-writer', NULL, '2026-11-28 20:50:21.841519+00', 'demo-report-compiled', '\x30303031f8c5db953dddf2ce2745bd7da8da5c92d9e22a207667624c97ed7c8cc5c5a640', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 38, 165, 'report_submitted', 1, '\x7b2274797065223a227265706f72745f7375626d6974746564222c226f6e223a22323032312d30312d3131222c2270696e6e6564223a7b22666f726d6174223a2232303139222c22706f736974696f6e223a3136342c22636f6c756d6e73223a5b226e61747572616c5f706572736f6e222c22636f6d6d65726369616c5f656e7465727072697365222c2272657365617263685f696e737469747574696f6e222c227075626c69635f696e7465726573745f6f7267616e69736174696f6e222c226c6567616c5f736572766963655f696e737469747574696f6e222c226f746865725f6f7267616e69736174696f6e222c22746f74616c225d2c2272657175657374735f7461626c65223a7b226e6577223a5b332c322c312c302c312c312c385d2c22636172726965645f696e223a5b312c302c302c302c302c302c315d2c226772616e746564223a5b302c302c302c302c302c302c305d2c226772616e7465645f696e5f70617274223a5b302c302c302c302c302c302c305d2c22726566757365642e73746174655f736563726574223a5b302c302c302c302c302c312c315d2c22726566757365642e70726f686962697465645f62795f6c6177223a5b302c302c302c302c302c302c305d2c22726566757365642e73656375726974795f616e645f73746162696c697479223a5b302c302c302c302c302c302c305d2c22726566757365642e74686972645f70617274795f726967687473223a5b302c302c302c302c302c302c305d2c22726566757365642e696e7465726e616c5f61666661697273223a5b302c302c302c302c302c302c305d2c22726566757365642e64656c696265726174697665223a5b302c302c302c302c302c302c305d2c22726566757365642e656e666f7263656d656e745f66696c65223a5b302c302c302c302c302c302c305d2c22726566757365642e61646d696e6973747261746976655f7175657279223a5b302c302c302c302c302c302c305d2c22756e61626c652e6e6f745f68656c64223a5b302c302c302c302c302c302c305d2c22756e61626c652e6d7573745f62655f63726561746564223a5b302c302c302c302c302c302c305d2c22756e61626c652e7374696c6c5f756e636c656172223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e7065746974696f6e223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e7265706561746564223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e7075626c69636174696f6e223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e657863657373697665223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e7265636f6e6669726d6174696f6e223a5b302c302c302c302c312c302c315d2c226f74686572223a5b312c312c302c302c302c302c325d2c22746f74616c223a5b312c312c302c302c312c312c345d2c22636172726965645f6f7574223a5b332c312c312c302c302c302c355d7d2c2261707065616c735f7461626c65223a7b227265636f6e73696465726174696f6e223a7b22757068656c64223a302c22636f72726563746564223a312c226f74686572223a302c2270656e64696e67223a302c22746f74616c223a317d2c226c697469676174696f6e5f646972656374223a7b22757068656c64223a302c22636f72726563746564223a302c226f74686572223a302c2270656e64696e67223a312c22746f74616c223a317d2c226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e223a7b22757068656c64223a302c22636f72726563746564223a302c226f74686572223a302c2270656e64696e67223a332c22746f74616c223a337d7d2c2270726f6163746976655f7461626c65223a7b22726567756c6174696f6e73223a5b2230222c2230222c2230225d2c226e6f726d61746976655f646f63756d656e7473223a5b2235222c2235222c223433225d2c226c6963656e73696e67223a5b2230222c2230222c2230225d2c226f746865725f7365727669636573223a5b2230222c2230222c2230225d2c2270656e616c74696573223a5b2230222c2230222c2230225d2c22636f657263696f6e223a5b2230222c2230222c2230225d2c2266656573223a5b2230222c2230225d2c2270726f637572656d656e74223a5b2237222c2231363930333636225d7d2c22646967657374223a2262633464333838613163643330663636346630333238623033653631363537626535383733316530356438626664643464373135333066373635396231323466222c226369746564223a7b2279656172223a2232303230222c22776f726b2e646f63756d656e745f7075626c6973686564223a2235222c2270726f6163746976652e6e6f726d61746976655f646f63756d656e74732ee5afb9e5a496e585ace5bc80e680bbe695b0e9878f223a223433222c2270726f6163746976652e70726f637572656d656e742ee98787e8b4ade9a1b9e79baee695b0e9878f223a2237222c2270726f6163746976652e70726f637572656d656e742ee98787e8b4ade680bbe98791e9a29defbc88e58583efbc89223a2231363930333636222c2272657175657374732e6e65772e746f74616c223a2238222c2272657175657374732e6e65772e6e61747572616c5f706572736f6e223a2233222c2272657175657374732e6e65772e636f6d6d65726369616c5f656e7465727072697365223a2232222c2268616e646c696e672e6f6e5f74696d65223a2233222c2272657175657374732e636172726965645f6f75742e746f74616c223a2235222c2272657175657374732e6772616e7465642e746f74616c223a2230222c2272657175657374732e6772616e7465645f696e5f706172742e746f74616c223a2230222c2272657175657374732e726566757365642e746f74616c223a2231222c2272657175657374732e756e61626c652e746f74616c223a2230222c2272657175657374732e6e6f745f70726f6365737365642e746f74616c223a2231222c2261707065616c732e7265636f6e73696465726174696f6e2e746f74616c223a2231222c2261707065616c732e6c697469676174696f6e2e746f74616c223a2234227d2c227761726e696e6773223a5b22746578745f6669677572653a6f766572766965772e6f6e5f726571756573743a72657175657374732e746f74616c2e746f74616c225d7d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.85263+00', 'demo-report-submitted', '\x303030312bbb01c6d46b8bf282f2b87d92b4c04637c61c8a0a20f5a9b138184e8a215ac0', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 39, 166, 'report_approved', 1, '\x7b2274797065223a227265706f72745f617070726f766564222c226f6e223a22323032312d30312d3133227d', 'demo-approver', NULL, '2026-11-28 20:50:21.886994+00', 'demo-report-approved', '\x3030303171f4b6c2a8e9112219bb38e7f6597281b6cb91cdb864415c72a45636087f3fa7', '{}', 1);
INSERT INTO public.events VALUES (1, 'report/2020', 40, 167, 'report_published', 1, '\x7b2274797065223a227265706f72745f7075626c6973686564222c226f6e223a22323032312d30312d3230222c2270696e6e6564223a7b22666f726d6174223a2232303139222c22706f736974696f6e223a3136362c22636f6c756d6e73223a5b226e61747572616c5f706572736f6e222c22636f6d6d65726369616c5f656e7465727072697365222c2272657365617263685f696e737469747574696f6e222c227075626c69635f696e7465726573745f6f7267616e69736174696f6e222c226c6567616c5f736572766963655f696e737469747574696f6e222c226f746865725f6f7267616e69736174696f6e222c22746f74616c225d2c2272657175657374735f7461626c65223a7b226e6577223a5b332c322c312c302c312c312c385d2c22636172726965645f696e223a5b312c302c302c302c302c302c315d2c226772616e746564223a5b302c302c302c302c302c302c305d2c226772616e7465645f696e5f70617274223a5b302c302c302c302c302c302c305d2c22726566757365642e73746174655f736563726574223a5b302c302c302c302c302c312c315d2c22726566757365642e70726f686962697465645f62795f6c6177223a5b302c302c302c302c302c302c305d2c22726566757365642e73656375726974795f616e645f73746162696c697479223a5b302c302c302c302c302c302c305d2c22726566757365642e74686972645f70617274795f726967687473223a5b302c302c302c302c302c302c305d2c22726566757365642e696e7465726e616c5f61666661697273223a5b302c302c302c302c302c302c305d2c22726566757365642e64656c696265726174697665223a5b302c302c302c302c302c302c305d2c22726566757365642e656e666f7263656d656e745f66696c65223a5b302c302c302c302c302c302c305d2c22726566757365642e61646d696e6973747261746976655f7175657279223a5b302c302c302c302c302c302c305d2c22756e61626c652e6e6f745f68656c64223a5b302c302c302c302c302c302c305d2c22756e61626c652e6d7573745f62655f63726561746564223a5b302c302c302c302c302c302c305d2c22756e61626c652e7374696c6c5f756e636c656172223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e7065746974696f6e223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e7265706561746564223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e7075626c69636174696f6e223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e657863657373697665223a5b302c302c302c302c302c302c305d2c226e6f745f70726f6365737365642e7265636f6e6669726d6174696f6e223a5b302c302c302c302c312c302c315d2c226f74686572223a5b312c312c302c302c302c302c325d2c22746f74616c223a5b312c312c302c302c312c312c345d2c22636172726965645f6f7574223a5b332c312c312c302c302c302c355d7d2c2261707065616c735f7461626c65223a7b227265636f6e73696465726174696f6e223a7b22757068656c64223a302c22636f72726563746564223a312c226f74686572223a302c2270656e64696e67223a302c22746f74616c223a317d2c226c697469676174696f6e5f646972656374223a7b22757068656c64223a302c22636f72726563746564223a302c226f74686572223a302c2270656e64696e67223a312c22746f74616c223a317d2c226c697469676174696f6e5f61667465725f7265636f6e73696465726174696f6e223a7b22757068656c64223a302c22636f72726563746564223a302c226f74686572223a302c2270656e64696e67223a332c22746f74616c223a337d7d2c2270726f6163746976655f7461626c65223a7b22726567756c6174696f6e73223a5b2230222c2230222c2230225d2c226e6f726d61746976655f646f63756d656e7473223a5b2235222c2235222c223433225d2c226c6963656e73696e67223a5b2230222c2230222c2230225d2c226f746865725f7365727669636573223a5b2230222c2230222c2230225d2c2270656e616c74696573223a5b2230222c2230222c2230225d2c22636f657263696f6e223a5b2230222c2230222c2230225d2c2266656573223a5b2230222c2230225d2c2270726f637572656d656e74223a5b2237222c2231363930333636225d7d2c22646967657374223a2262633464333838613163643330663636346630333238623033653631363537626535383733316530356438626664643464373135333066373635396231323466222c226369746564223a7b2279656172223a2232303230222c22776f726b2e646f63756d656e745f7075626c6973686564223a2235222c2270726f6163746976652e6e6f726d61746976655f646f63756d656e74732ee5afb9e5a496e585ace5bc80e680bbe695b0e9878f223a223433222c2270726f6163746976652e70726f637572656d656e742ee98787e8b4ade9a1b9e79baee695b0e9878f223a2237222c2270726f6163746976652e70726f637572656d656e742ee98787e8b4ade680bbe98791e9a29defbc88e58583efbc89223a2231363930333636222c2272657175657374732e6e65772e746f74616c223a2238222c2272657175657374732e6e65772e6e61747572616c5f706572736f6e223a2233222c2272657175657374732e6e65772e636f6d6d65726369616c5f656e7465727072697365223a2232222c2268616e646c696e672e6f6e5f74696d65223a2233222c2272657175657374732e636172726965645f6f75742e746f74616c223a2235222c2272657175657374732e6772616e7465642e746f74616c223a2230222c2272657175657374732e6772616e7465645f696e5f706172742e746f74616c223a2230222c2272657175657374732e726566757365642e746f74616c223a2231222c2272657175657374732e756e61626c652e746f74616c223a2230222c2272657175657374732e6e6f745f70726f6365737365642e746f74616c223a2231222c2261707065616c732e7265636f6e73696465726174696f6e2e746f74616c223a2231222c2261707065616c732e6c697469676174696f6e2e746f74616c223a2234227d2c227761726e696e6773223a5b22746578745f6669677572653a6f766572766965772e6f6e5f726571756573743a72657175657374732e746f74616c2e746f74616c225d7d7d', 'demo-writer', NULL, '2026-11-28 20:50:21.893522+00', 'demo-report-published', '\x30303031781c8d47db51cf127aea2584de9bdbf3d6b8aafa9e8377c2a048171336e5880c', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 1, 1, 'registered', 1, '\x7b2274797065223a2272656769737465726564222c226f6e223a22323032302d30312d3031222c22636f6465223a2273686966616e222c226e616d65223a22e7a4bae88c83e8a197e98193e58a9ee4ba8be5a484222c226b696e64223a227375626469737472696374222c22636f6d706c6574655f73696e6365223a22323032302d30312d3031227d', 'li', NULL, '2026-11-28 20:50:21.915818+00', 'people-registered', '\x303030315909d6017ec2caef06c37212975b3567b1f572089c08872f2f5d6106a1044cfd', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 2, 2, 'officer_appointed', 1, '\x7b2274797065223a226f6666696365725f6170706f696e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a227a686f75227d', 'taizhang', NULL, '2026-11-28 20:50:21.925856+00', 'people-first-0', '\x30303031657394192b84f42721c00d06eeb2a943a04a6043ead536b2bf47ad5c0622abb7', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 3, 3, 'officer_appointed', 1, '\x7b2274797065223a226f6666696365725f6170706f696e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a227775227d', 'taizhang', NULL, '2026-11-28 20:50:21.925856+00', 'people-first-1', '\x3030303128cbae383f01f59ef4d115d4a2ad4f5d65e689ad891a7e6c13c2b07d24cb5d9c', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 4, 4, 'power_granted', 1, '\x7b2274797065223a22706f7765725f6772616e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a227a686f75222c22726f6c65223a2273797374656d5f61646d696e6973747261746f72227d', 'taizhang', NULL, '2026-11-28 20:50:21.925856+00', 'people-first-2', '\x30303031e5d25780829cb533d9ead11b0c33818312c23343ec94512061e696a36040b7c8', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 7, 7, 'grant_confirmed', 1, '\x7b2274797065223a226772616e745f636f6e6669726d6564222c226f6e223a22323032302d30312d3032222c2276657273696f6e223a357d', 'taizhang', NULL, '2026-11-28 20:50:21.925856+00', 'people-first-5', '\x30303031907a56c5c13a20e5cf62f782d977e650e05648ff80f3f3ebb5433badefcb9f9e', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 8, 8, 'officer_appointed', 1, '\x7b2274797065223a226f6666696365725f6170706f696e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a226c69227d', 'zhou', NULL, '2026-11-28 20:50:21.936711+00', 'people-appointed-li', '\x303030319837a63ea7bdbbed0b93163a0edb2d98ad3536bf89848cd13f2804249fcd9033', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 9, 9, 'officer_appointed', 1, '\x7b2274797065223a226f6666696365725f6170706f696e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a2277616e67227d', 'zhou', NULL, '2026-11-28 20:50:21.940859+00', 'people-appointed-wang', '\x303030317fd3245456177b50fb46c930b95704a0471734f446f76fa3d1cd2151e603df41', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 10, 10, 'officer_appointed', 1, '\x7b2274797065223a226f6666696365725f6170706f696e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a227a68616f227d', 'zhou', NULL, '2026-11-28 20:50:21.945785+00', 'people-appointed-zhao', '\x303030317068681029344c70081bb2a89c06a31c4a208dc715d108e5d3e849e0d85ab562', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 11, 11, 'power_granted', 1, '\x7b2274797065223a22706f7765725f6772616e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a226c69222c22726f6c65223a2268616e646c6572227d', 'wu', NULL, '2026-11-28 20:50:21.951101+00', 'people-granted-li-handler', '\x3030303141cde54480fe663b8a8b8610fb3563242673d231d1fc576a97660239a6d54321', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 12, 12, 'grant_confirmed', 1, '\x7b2274797065223a226772616e745f636f6e6669726d6564222c226f6e223a22323032302d30312d3032222c2276657273696f6e223a31317d', 'zhou', NULL, '2026-11-28 20:50:21.955742+00', 'people-confirmed-li-handler', '\x30303031267f6bc5c1632f8423e23da26d18fe36808f1ff953a2e2d1b382001eb2be12ae', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 13, 13, 'power_granted', 1, '\x7b2274797065223a22706f7765725f6772616e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a2277616e67222c22726f6c65223a227265766965776572227d', 'wu', NULL, '2026-11-28 20:50:21.9661+00', 'people-granted-wang-reviewer', '\x30303031888ed2ff4a352e751194ae8b1883ad257be6f33608de8bfe955e844e57b649b3', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 14, 14, 'grant_confirmed', 1, '\x7b2274797065223a226772616e745f636f6e6669726d6564222c226f6e223a22323032302d30312d3032222c2276657273696f6e223a31337d', 'zhou', NULL, '2026-11-28 20:50:21.968417+00', 'people-confirmed-wang-reviewer', '\x30303031b4ba3097420af73e54c58e864a57259ce172b5fce2a34cca7b00d09228cd80e3', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 15, 15, 'power_granted', 1, '\x7b2274797065223a22706f7765725f6772616e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a227a68616f222c22726f6c65223a22617070726f766572227d', 'wu', NULL, '2026-11-28 20:50:21.972385+00', 'people-granted-zhao-approver', '\x303030319d6ea27af407fa55c356fd3aa422970a6296c3eaa677401d5024e3b6607820bf', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 16, 16, 'grant_confirmed', 1, '\x7b2274797065223a226772616e745f636f6e6669726d6564222c226f6e223a22323032302d30312d3032222c2276657273696f6e223a31357d', 'zhou', NULL, '2026-11-28 20:50:21.976175+00', 'people-confirmed-zhao-approver', '\x30303031682111a1b6e53d28cc4f576a65d2f993c51d3fbfdec13496679d6c1640a4b26c', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 17, 17, 'power_granted', 1, '\x7b2274797065223a22706f7765725f6772616e746564222c226f6e223a22323032302d30312d3032222c226f666669636572223a227a68616f222c22726f6c65223a227265766965776572227d', 'wu', NULL, '2026-11-28 20:50:21.978369+00', 'people-granted-zhao-reviewer', '\x3030303122d1316e364a4327075435a709501f0dc61a9e6a2a5c29061b04ce93cd795e31', '{}', 1);
INSERT INTO public.events VALUES (2, 'authority', 18, 18, 'grant_confirmed', 1, '\x7b2274797065223a226772616e745f636f6e6669726d6564222c226f6e223a22323032302d30312d3032222c2276657273696f6e223a31377d', 'zhou', NULL, '2026-11-28 20:50:21.985607+00', 'people-confirmed-zhao-reviewer', '\x30303031b8117480914bd777a4fc1f989a9e0720cb582e0737c39331d7a5f8e357eed851', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0001', 1, 19, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30332d3032222c226368616e6e656c223a22696e5f706572736f6e222c22726563656970745f6261736973223a2268616e6465645f696e222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a223732306333333265626134663461313438363635376131313962316364346163222c22636f6d6d69746d656e74223a2265656139383737326439303465356238353437656261653939393562343933386637653533306637653939636230666436333334356437393563316138343032227d2c226465736372697074696f6e223a7b226964223a226431616139303764393433613433666538346634313034663361636139383633222c22636f6d6d69746d656e74223a2261643131363335323731303333626135616261346364356130663139386665323666623934643338353563393833356365663862626537613163353034316364227d2c2264656c6976657279223a227061706572227d', 'li', NULL, '2026-11-28 20:50:21.991009+00', 'people-received-a', '\x303030318eb2918ddb9ad7424cd6e28ccfbe10a1047e9a793d88acfa6b9ecae9f80be116', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0001', 2, 20, 'assigned', 1, '\x7b2274797065223a2261737369676e6564222c226f6e223a22323032302d30332d3033222c22756e6974223a22e58a9ee585ace5aea4227d', 'li', NULL, '2026-11-28 20:50:21.997221+00', 'people-2020-0001-assigned-2020-03-03', '\x303030315aa3a8c473a43500d5312632b4dc14edd89e1f6552c0b299a8fdfc5e9040e3e7', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0001', 3, 21, 'answer_drafted', 1, '\x7b2274797065223a22616e737765725f64726166746564222c226f6e223a22323032302d30332d3130222c226472616674223a22e7ad94e5a48de7a8bf222c226f7574636f6d65223a22726566757365642e64656c696265726174697665222c226c6567616c5f6261736973223a22e7acace58d81e585ade69da1e7acace4ba8ce6acbe222c22646f63756d656e745f6e6f223a22e7a4bae4be8be585ace5bc80e3809432303230e3809531e58fb7227d', 'li', NULL, '2026-11-28 20:50:22.00313+00', 'people-2020-0001-answer_drafted-2020-03-10', '\x303030316e0ae8b6f34e4c5c720497a48dde31b98967f271a780a9780cad771c92738344', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0001', 4, 22, 'draft_reviewed', 1, '\x7b2274797065223a2264726166745f7265766965776564222c226f6e223a22323032302d30332d3131222c226472616674223a22e7ad94e5a48de7a8bf222c22706173736564223a747275657d', 'wang', NULL, '2026-11-28 20:50:22.007581+00', 'people-2020-0001-draft_reviewed-2020-03-11', '\x30303031f5a8303f6384f51664cfeec037779fceeabed92352ed37fb0f163ab0cb5825c5', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0001', 5, 23, 'draft_approved', 1, '\x7b2274797065223a2264726166745f617070726f766564222c226f6e223a22323032302d30332d3132222c226472616674223a22e7ad94e5a48de7a8bf222c22706173736564223a747275657d', 'zhao', NULL, '2026-11-28 20:50:22.011633+00', 'people-2020-0001-draft_approved-2020-03-12', '\x30303031707ed7234a00cb6f539d66fb3d4341d8b7db60452583b4aaa397f9360c527834', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0001', 6, 24, 'answered', 1, '\x7b2274797065223a22616e737765726564222c226f6e223a22323032302d30332d3133222c226f7574636f6d65223a22726566757365642e64656c696265726174697665222c226c6567616c5f6261736973223a22e7acace58d81e585ade69da1e7acace4ba8ce6acbe222c22646f63756d656e745f6e6f223a22e7a4bae4be8be585ace5bc80e3809432303230e3809531e58fb7222c226472616674223a22e7ad94e5a48de7a8bf227d', 'li', NULL, '2026-11-28 20:50:22.019703+00', 'people-2020-0001-answered-2020-03-13', '\x30303031538c0d29d8e74d3af6623f6a5441d779bd9767d3fea0420c7ca3a36fd3f1e33e', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0001', 7, 25, 'served', 1, '\x7b2274797065223a22736572766564222c226f6e223a22323032302d30332d3133222c226d6574686f64223a226368696e615f706f7374227d', 'li', NULL, '2026-11-28 20:50:22.02259+00', 'people-2020-0001-served-2020-03-13', '\x303030312ea4771aa8e5bbe75aa22cb6d2742941f1769276fd31f6543120b705502e06b9', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0001', 8, 26, 'archived', 1, '\x7b2274797065223a226172636869766564222c226f6e223a22323032302d30342d3031222c22617263686976655f6e6f223a22e7a4bae4be8be3809432303230e3809531e58fb7222c22726574656e74696f6e223a22313079227d', 'li', NULL, '2026-11-28 20:50:22.027735+00', 'people-2020-0001-archived-2020-04-01', '\x303030315caed5af5fd90329939083c9199afe9830040e47c902213a78f7fd317d342b25', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0002', 1, 27, 'received', 1, '\x7b2274797065223a227265636569766564222c226f6e223a22323032302d30332d3032222c226368616e6e656c223a22696e5f706572736f6e222c22726563656970745f6261736973223a2268616e6465645f696e222c226170706c6963616e745f6b696e64223a226e61747572616c5f706572736f6e222c226170706c6963616e74223a7b226964223a223765373665653266356330353466646539376333316131373534386637346532222c22636f6d6d69746d656e74223a2266383961316465323864366138303139396466633639346537643062613530663363666538623863343734346136343766366134363637646264396464343434227d2c226465736372697074696f6e223a7b226964223a226263646262666135626666393436396139366136353737656537306434616131222c22636f6d6d69746d656e74223a2261386436376665623936613738313235393930633033326230333435343961313932386337356136386133383966376132643265313566623336323137373464227d2c2264656c6976657279223a227061706572227d', 'li', NULL, '2026-11-28 20:50:22.03358+00', 'people-received-b', '\x30303031271c95098c4fc464debf71019c9a8f82db795cd7ddac8f4aa44b6d9e70db4476', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0002', 2, 28, 'answer_drafted', 1, '\x7b2274797065223a22616e737765725f64726166746564222c226f6e223a22323032302d30332d3130222c226472616674223a22e7ad94e5a48de7a8bf222c226f7574636f6d65223a22726566757365642e64656c696265726174697665222c226c6567616c5f6261736973223a22e7acace58d81e585ade69da1e7acace4ba8ce6acbe222c22646f63756d656e745f6e6f223a22e7a4bae4be8be585ace5bc80e3809432303230e3809531e58fb7227d', 'li', NULL, '2026-11-28 20:50:22.039179+00', 'people-2020-0002-answer_drafted-2020-03-10', '\x303030316e0ae8b6f34e4c5c720497a48dde31b98967f271a780a9780cad771c92738344', '{}', 1);
INSERT INTO public.events VALUES (2, 'request/2020-0002', 3, 29, 'draft_reviewed', 1, '\x7b2274797065223a2264726166745f7265766965776564222c226f6e223a22323032302d30332d3131222c226472616674223a22e7ad94e5a48de7a8bf222c22706173736564223a747275657d', 'zhao', NULL, '2026-11-28 20:50:22.043858+00', 'people-2020-0002-draft_reviewed-2020-03-11', '\x30303031f5a8303f6384f51664cfeec037779fceeabed92352ed37fb0f163ab0cb5825c5', '{}', 1);


--
-- Data for Name: former_passwords; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--



--
-- Data for Name: heads; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.heads VALUES (1, 167, '2026-11-28 20:50:21.893522+00', 3, '93573054fbe61d08', '{"2020":167}', '{"2018":1,"2019":2,"2020":8,"2021":1,"2022":2,"2023":4,"2024":3,"2025":1}');
INSERT INTO public.heads VALUES (2, 29, '2026-11-28 20:50:22.043858+00', 18, 'd807a20e075e37eb', '{}', '{"2020":2}');


--
-- Data for Name: login_sources; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--



--
-- Data for Name: migrations; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.migrations VALUES (1, '0001_register.sql', '\xc75e7eea96f9811a8b55dd9987f81c3fa873aa3f4a93049a17e8945705719bc3', '2026-11-28 20:50:21.119815+00');


--
-- Data for Name: requests; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.requests VALUES (1, 2020, 5, 9, 95, '93573054fbe61d08', 'closed', '2020-11-27', '2020-12-30', 'legal_service_institution', 'not_processed.reconfirmation', '2020-11-27', '2020-12-25', '2020-12-25', false, false, false, false, false, 0, '{late_answer,posted_otherwise}', 'answered', 'late', 'late', 23, '2021-02-18', NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2022, 2, 1, 78, '93573054fbe61d08', 'in_hand', '2022-01-21', NULL, 'commercial_enterprise', NULL, '2022-01-21', '2022-02-23', '2022-02-23', false, false, false, false, false, 0, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2023, 1, 3, 70, '93573054fbe61d08', 'in_hand', '2023-11-10', NULL, 'research_institution', NULL, '2023-11-10', '2023-12-28', '2023-12-08', true, false, false, true, false, 14, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2023, 4, 2, 67, '93573054fbe61d08', 'closed', '2023-04-29', '2023-05-08', 'research_institution', 'granted', '2023-05-04', '2023-05-31', '2023-05-31', false, false, false, false, false, 0, '{}', 'answered', 'service_unproven', 'service_unproven', 3, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2024, 3, 1, 89, '93573054fbe61d08', 'in_hand', '2024-06-09', NULL, 'commercial_enterprise', NULL, '2024-06-11', '2024-07-09', '2024-07-09', false, false, false, false, false, 0, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2019, 1, 2, 90, '93573054fbe61d08', 'in_hand', '2019-07-06', NULL, 'natural_person', NULL, '2019-07-06', '2019-08-05', '2019-08-02', true, false, false, true, false, 1, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2018, 1, 12, 103, '93573054fbe61d08', 'in_hand', '2018-08-21', '2018-09-09', 'commercial_enterprise', 'refused.administrative_query', '2018-08-21', '2018-09-11', '2018-09-11', false, false, false, false, true, 0, '{}', 'answered', 'service_unproven', 'service_unproven', 13, NULL, NULL, NULL, '2018-11-06', NULL);
INSERT INTO public.requests VALUES (1, 2023, 3, 7, 98, '93573054fbe61d08', 'closed', '2023-01-28', '2023-02-06', 'legal_service_institution', 'granted.provided', '2023-01-28', '2023-02-23', '2023-02-23', false, false, false, false, true, 0, '{archived_unserved,late_answer}', 'answered', 'service_unproven', 'service_unproven', 7, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2020, 2, 1, 7, '93573054fbe61d08', 'in_hand', '2020-07-18', NULL, 'commercial_enterprise', NULL, '2020-07-20', '2020-08-18', '2020-08-18', false, false, false, false, false, 0, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2020, 3, 2, 19, '93573054fbe61d08', 'in_hand', '2020-08-25', NULL, 'research_institution', NULL, '2020-08-25', '2020-09-22', '2020-09-22', false, false, false, false, false, 0, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2023, 2, 11, 113, '93573054fbe61d08', 'closed', '2023-03-13', '2023-03-23', 'commercial_enterprise', 'granted.provided', '2023-04-05', '2023-04-13', '2023-04-11', false, false, false, true, true, 2, '{consultation_term_long,late_answer}', 'answered', 'service_unproven', 'service_unproven', 6, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2020, 4, 6, 105, '93573054fbe61d08', 'closed', '2020-09-02', '2020-09-06', 'other_organisation', 'refused.state_secret', '2020-09-02', '2020-09-29', '2020-09-29', false, false, false, false, true, 0, '{}', 'answered', 'on_time', 'on_time', 2, '2020-09-18', NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2024, 1, 9, 106, '93573054fbe61d08', 'closed', '2024-05-30', '2024-07-11', 'natural_person', 'not_processed.reconfirmation', '2024-07-11', '2024-08-08', '2024-06-28', false, false, false, true, false, 0, '{consultation_overlong,fee_term_short,payment_after_term}', 'answered', 'service_unproven', 'late', 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2021, 1, 14, 119, '93573054fbe61d08', 'in_hand', '2021-08-20', '2021-09-20', 'natural_person', 'granted.already_public', '2021-08-20', '2021-09-17', '2021-09-17', false, false, false, false, true, 0, '{late_answer,late_service}', 'answered', 'late', 'late', 21, '2021-09-29', NULL, NULL, '2022-01-12', NULL);
INSERT INTO public.requests VALUES (1, 2024, 2, 11, 114, '93573054fbe61d08', 'closed', '2024-12-27', '2024-12-30', 'legal_service_institution', 'other.fee_unpaid', '2024-12-27', '2025-01-26', '2025-01-26', false, false, false, false, true, 0, '{late_answer,posted_otherwise,reopened_before_decision}', 'answered', 'service_unproven', 'service_unproven', 1, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2020, 1, 6, 110, '93573054fbe61d08', 'in_hand', '2020-05-06', NULL, 'natural_person', NULL, '2020-05-06', '2020-06-02', '2020-06-02', false, false, false, false, false, 0, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2022, 1, 9, 115, '93573054fbe61d08', 'closed', '2022-04-28', '2022-06-05', 'commercial_enterprise', 'unable.not_held', '2022-04-28', '2022-06-15', '2022-05-30', false, false, false, true, false, 11, '{consultation_term_long}', 'answered', 'service_unproven', 'late', 12, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2025, 1, 5, 117, '93573054fbe61d08', 'closed', '2025-08-06', '2025-09-16', 'natural_person', 'refused.enforcement_file', '2025-08-15', '2025-09-12', '2025-09-03', false, false, true, false, false, 0, '{late_answer,supplement_after_term}', 'answered', 'late', 'late', 22, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2020, 6, 4, 120, '93573054fbe61d08', 'closed', '2020-01-14', '2020-02-28', 'commercial_enterprise', 'other.unspecified.withdrawn', '2020-01-14', NULL, '2020-02-18', false, false, false, false, false, 0, '{}', 'withdrawn', 'on_time', 'late', 3, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2020, 7, 2, 125, '93573054fbe61d08', 'in_hand', '2020-03-02', NULL, 'natural_person', NULL, '2020-03-02', '2020-03-30', '2020-03-30', false, false, false, false, false, 0, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (1, 2020, 8, 5, 127, '93573054fbe61d08', 'archived', '2020-03-02', '2020-03-03', 'natural_person', 'other.unspecified.withdrawn', '2020-03-02', '2020-03-30', '2020-03-30', false, false, false, false, false, 0, '{erased_before_retention}', 'withdrawn', 'on_time', 'on_time', 1, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.requests VALUES (2, 2020, 1, 8, 26, 'd807a20e075e37eb', 'archived', '2020-03-02', '2020-03-13', 'natural_person', 'refused.deliberative', '2020-03-02', '2020-03-30', '2020-03-30', false, false, false, false, false, 0, '{}', 'answered', 'on_time', 'on_time', 9, '2020-03-13', NULL, NULL, NULL, '办公室');
INSERT INTO public.requests VALUES (2, 2020, 2, 3, 29, 'd807a20e075e37eb', 'in_hand', '2020-03-02', NULL, 'natural_person', NULL, '2020-03-02', '2020-03-30', '2020-03-30', false, false, false, false, false, 0, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: sealers; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.sealers VALUES (1);
INSERT INTO public.sealers VALUES (2);


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--



--
-- Data for Name: vault; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.vault VALUES (1, '0198703a88f84835a106e47115344329', 'applicant', '0001', '\xaefa1d05b7232a98c258409f8b2630e15fb081bea2f2d13661a150751d2aa1cf', '\x7f05cec5772aa4530de41825', '\xae591da28287b1a5471572e7c073c3b52cc0651bb273e90c02291ca58ca52896cc1ec89d55ae7c481763906335ca60e4b6dfaf97430e1ad40c6aa369b50f4b7057a6e65d2fac71b64926284e81e05b92a5d2a338e96bb8ab6bda');
INSERT INTO public.vault VALUES (1, '6e1dcf9862a34397b8317a14f7a38055', 'description', '0001', '\x5dc59b87e01d39df9fde4fb230058ac9962f0928aea255db4b6c48f69e510b9c', '\xe3875738e21a0292be1ffd9c', '\x19af4f27de564ae6be0c9100a5577137ad87377db9caabcbb2b8351b4788c0496615f1e25c7700b2af48be6f4c');
INSERT INTO public.vault VALUES (1, '2af036c39ff64862b159a7afa1fb9347', 'applicant', '0001', '\xdb56cdd80475f00f6c961e699e3064c778c493fdeabb5a114f3022df6eca2aef', '\xd1b23f765dc97cd841ef34d6', '\xc2494430772b02b486012541650e3305d7c57f9ae58c279f57d8f49f5456210c4c0c6d3ea6e6c02a0985924922ee854917db46322ed90068ed11d02b0bcd2c20db12fa7ea1d2f747bd6cec780bd00c42cf59a85c36d7cfbfb688');
INSERT INTO public.vault VALUES (1, '44f7c6de948f48da870a21eaa0b07316', 'description', '0001', '\x71e4f95d6b775c3e1cde85ec2aebc9f302e348f41d455db943c980df1b2cc32c', '\x443dd970e3318c623b205fdc', '\x5b6417275ec2530ae3e482192ad73b90c97aeeffb9c5104cd0e287dcb859dcdfa132058928be57f49607375fb2');
INSERT INTO public.vault VALUES (1, '2c103af447934d03986bd64e07db4641', 'applicant', '0001', '\x7a9fbe748843f5b0b7eeea2e82f3be329d235e1bf3a68510ef86ac6328d555fd', '\x8ff043ad453be42499303496', '\x49d1cf6354ca7cf09c30812df8008f87827766136e5e3f2b79f90c9dd7509317ba4a24336027da793a092c7945f1ea6785943c987ba5a0dbb1e0a2c3d144b5eb27d82a23b62d0e72269cd1dc165155b9a8ee1f70468e6febdc1f');
INSERT INTO public.vault VALUES (1, '457eb11013bf4f07a4831bee197acb62', 'description', '0001', '\x303ecadf7feaad4e51994002ff1571a1f065a805ac7f94e8b40a04617055cf65', '\x7b60e89c70c0dd2c1ff17df4', '\x1e5ea09734933f1c19f11ab0c624aa7965b3a16c91d69e9fbb540d3d21aa621b5ab4a065cf19e071a921947639');
INSERT INTO public.vault VALUES (1, 'd80544ef781e4701b5d86692902693fc', 'applicant', '0001', '\x34b408cb0b50f6d4a78dc8b08cb04fd182d3fa86121b07c8a2c9d6797ed8eb24', '\x742cc9da989c5c383fd6352b', '\x3c2927477aa323a092019c0170df7c928a4d2a695882138a72b3293f3b2bd752b206610ef2d0ac5891bb7c0d9edb4e3c4fdfeca88613d9fd88455e1c589fa09e9d0fcb9272e33574cf09f4ceedf2458dffde9bc655d0eb54f580');
INSERT INTO public.vault VALUES (1, '4ad08103754d4446af1f71f87f398f30', 'description', '0001', '\xb226e57cc19b8ab446c1ed0eea4037f2ef982d66a9ad79dda444c74c972ca128', '\xc2d01bc6a36c30236052be2b', '\x7350173bb17230f83167c6e75459590b92bfd415381fb8983e0ebfc76fe0685708742d4378c05e475b52161e1b');
INSERT INTO public.vault VALUES (1, 'cd739b82910140d484c1f7065486d8a5', 'applicant', '0001', '\x8e7b7884331fd896c85f24c25df2ce08ea34c47cdcee7efbe00e4be4efa4acd7', '\xbfe61570350025224678f7bd', '\x07f4f3801a745dbf933946050d9dca4da2bb534d5b7ab4afcd16a400b6f38e07e07cc96f73383bfaac49111b59b343e13eba1d3d147bdb78520df6acc250c4fd831f57bcc5368b19822d7bd4154f6b79fc19db20ce0693c07b4d');
INSERT INTO public.vault VALUES (1, '491e4d75f54d4704a82db9b0199b3e5d', 'description', '0001', '\x408bd04eb94ad0d129ce368f062f64af32757eba30695698148b44f3e6c03ee9', '\x4cd37cd187d0e2137d691d7f', '\xeadcb6dce08a7bd0251381b802710dc85ea3e62e3394287fcf372715ef8d407270a460eee432395e626648ffb5');
INSERT INTO public.vault VALUES (1, '7f781471060549a3af55a058221f2ac4', 'applicant', '0001', '\x8ed2bcdfa73b43d2cc7d7cb3ec83c01c34d9c31015e8ab33ff31d972ff2593ea', '\x5162c5cf4b0badcf7a6ae3cf', '\x618df500524f9933743ecc5fc91594f5abbe97f137e65a6db3c63427b9a9917ccf514bb85e5c989d6b6b049e45a04edee740b10a5782be0b4409807b432123366edd69bd58cb98734385464e1a07658307e2444709498cda593c');
INSERT INTO public.vault VALUES (1, '70626914af274aa286debe2c2a99609a', 'description', '0001', '\x2032328e06bff6a805d226af5eae9d877b3418348de480d445cfa02d4c44fabd', '\xbc6bf8b1da75703245761e1e', '\x882ca1ac165c99bb5bf6e1d1ebaa6390d8f1cb97a7a9722c1b8dc4e543ab502e8185a9678653bcd3043b498b10');
INSERT INTO public.vault VALUES (1, '4d3696fc11624528b83045f085551647', 'applicant', '0001', '\x5eb9d222e8ee569dafeb350e90350a2ee0932c923a1e077fbb8c0a502c4e3235', '\x94d18328787c704a36dcde46', '\xe9a20252981074dc52eec906fbc8152caf67c9e5be43d6d128d40c3b8c1ca6516807783f0b75e214559179ba4b72dfd1fdb9ed61ecab9b0da20206fce9f7fd681d2a12fd56ed14b2c653c5fca34a8f12080ca35b13ef9be6553f');
INSERT INTO public.vault VALUES (1, 'ac9f86188a95481d9b8e17aab77d90b9', 'description', '0001', '\xedf2a7149d44c6fb6cb3d7ea65eecbb103a230d646927ce0105f23656a09928b', '\x63a32f93c0503124047b924e', '\x7627f40b2417e4f8ee2092baaa47ba36d7229af4da221791b1ab533205b46aeb0f15492db340346d21cbe66eaa');
INSERT INTO public.vault VALUES (1, '3ac0a536c26f4e5988a4cf38073d7270', 'applicant', '0001', '\x4fac6315459f91085507f826b759762164dabcffef149a39aa9b66c798b80d70', '\x3338f12f4aacae23e060f5bf', '\x240870d3195a692e619161e8f41618abb38b470c8db272d010e1ef26fa25698a39c2469f2d13916d7d6e578f496eac12b5d29bdad6bc9e646d5ff9589af1236d72285171d85b2408b9c59ae6ea7df38f44dbeb9b0059781f8920');
INSERT INTO public.vault VALUES (1, 'f28cc3109b8648fc9f03e81199500f2b', 'description', '0001', '\x06154346d40327a944eb89889ae97b35141d8f712cb079a06e21b0127a309a8b', '\xf2d57300794269da4b671edd', '\x07a331f0708fde165073b57817ecf96c2e842d00ff63ff40d8ef067eca6a5099365331b07e8396af472686a09f');
INSERT INTO public.vault VALUES (1, '80bc6f2e09b4423fbe1656097d985758', 'applicant', '0001', '\x2c696de9704777844595dcf27c5e567991e3b2d94a76e6d556885ac65a2635cb', '\x1c73b5ca60993993adde02b6', '\x4fb9f54f0d98c0ffd7f17fe74081d0a16b494d8468376c2a7cd35e79fb883484fc1be9f07606f26c8b18ef5c4dea099b87fbdc5c444a579955c88cb63bf59875011a29d153fb418a08c00dace795e0b346975b74b8b61b968bb2');
INSERT INTO public.vault VALUES (1, 'bfb982d692264e25bb05b25ff6d394a0', 'description', '0001', '\x53a470fa962def8759a5c3034279c33b02d1cdc161c6f97a4b4735aa6b15d83c', '\xde11b230cb5775d1f04ee005', '\x483b00ae46d27b6a4f0b2e59a51644a71588293d36269593aa17920231e7d807ff170ce6c96d76a9924fddeb16');
INSERT INTO public.vault VALUES (1, 'eca5929cb6644587ac41167ac6b78e17', 'applicant', '0001', '\x438de5c94e4c22e826cea08752408a51f787c08f30e48c50622a9c2eb00ce324', '\x265d49196457c344d9feef1e', '\x7f55473ccea3371eeb6c52722e34d7a708a1b4e4b3e9d7324fe06eb506287956ae0513291009c7cc6841903110dc83e000c5fb023ac2e99e1869aae797e585af07712a65353dc8bc064e1f5335c71c90ff6ed39e0a8ade9de8b3');
INSERT INTO public.vault VALUES (1, '75f330e2e06440d9be2698bcb5f5ec2e', 'description', '0001', '\x9a5d1796b2f5af7ad9880871e609598104118080f60f93df297d5d6d4d26d11c', '\x214f99d0584fa92a4ef7b67d', '\xd9bd9bfc0d3df5e148f869a407d7ee3aaee05ee164de1e5855267037e51653c4bed524caa572143e897f0b0dac');
INSERT INTO public.vault VALUES (1, 'ab2c2864176a458d88b0013f480523f6', 'matters', '0001', '\x8c047fda144c5a4c4df79ede5e4e7242d193163907bdf136939bd598b1653c72', '\x00ab4a5bc616382552ae3f10', '\x730773aa7ae54f88f4512a6ec8c541b87251aad9bcf8f56796885f5c70c56afe7e5ea6489e53af');
INSERT INTO public.vault VALUES (1, '84fdb42d06b8453e8e0310b4bb130642', 'applicant', '0001', '\xd17d30c93e1f2ac2b4e670b634d5829e29e3dbc51dd494170fde1824bcd67ca8', '\xbe187326fe7810706d5467c0', '\xfbe70db98854d4d9b6c416fae6cd96ae7e2822180e1e1f608a2f7e61b724dcde604d8a0b58fa0d1fc6737d2982106e571f9734d1e39109add89020e272072dbb84b3240307dca8efa475d5b4c00d6748bfd19876f4991f7698e0');
INSERT INTO public.vault VALUES (1, 'ed91dd40abf84e93b3627fcb5651c31c', 'description', '0001', '\x74618f3242a0e696b88bf7fe02b1e3a7b4df6495ed85c806e0e75f72f260ce90', '\x172224f04a4be2477766d61e', '\x1faa191afe7f2eb761bacfd63cf9c6afa12aac78d123963359ebf6efa0495e6e531607ada6234818416695e3d8');
INSERT INTO public.vault VALUES (1, '90317277df7245ec92946ba2ad533aef', 'applicant', '0001', '\x690b5c96984a5ffec866662e941db7e5af906070fe83d72e9d0bc1f6f105407d', '\x0e75de56e11b18cf079139c5', '\x994422f63b5acf20b7f56ef119ca12c8e3bdc024187a455126351ca1238e9ca89c35126fcabec43ef310dd88dc60e04bc5bfed1ef8cebbd5d196e6ea8806a1c56e0daa2b55a903d07fce73d5bc7e22c44ef3c956d7ccdf79dd08');
INSERT INTO public.vault VALUES (1, '6fe268555e064a5fb1cac56e7474658b', 'description', '0001', '\x1b000abd32f297d030135837e8834b4da2c9e0fcd32b7cd0461835f41707affc', '\x67bc12f8d0e0333e7ca40320', '\x66d3e7b2496ca86f8352f47aeefc046979cb6d3983f2eabff2beda20fd4e00e6d3fca56da24fbfc8250d0abdb4');
INSERT INTO public.vault VALUES (1, '0a52815da7d8486ba7e4f117ecaef817', 'applicant', '0001', '\x31097f860fe2061a86f4b9c68a940c4572c0982107c00d0852d7d8000758a970', '\x24be00263cffe8f5f37f583d', '\x20b321316a16781ac7ac89f387a378fda0bf3cf4d7cf59619dfad963f1b1316b9a3c26b2826955f7ea216650689a4148cb89f0e29947a9f01df959fe3357a4cb49b0b6c26921cc20ce8a48f4b566dcceddcb95862aec93eded7c');
INSERT INTO public.vault VALUES (1, 'ca3a02acc8b149259961668c9e8b9d8e', 'description', '0001', '\xaa838f631f448de27eff87ea789825b3c2edbde38c0f82be36acf51a70ff292f', '\xcc586d83a19dea752ac15552', '\xfdd59f373b419fc40d46c6cf474a5661053ece0070ba4fcf50c4ec31765988f6afa3f94835e3b051996a24d528');
INSERT INTO public.vault VALUES (1, 'ea56dc056e744ce0be106369ad61ab35', 'applicant', '0001', '\x81fd1b084c970df92acb26536f1ceaceb53634c1450f32608581e4e6211ba6f5', '\x5364c01fab89c6a27cb317ff', '\xe4882809e19e8f813a0694df4879a8cfdb907fd5a9a4b03fb3fffd67e578f37c40f884ee48883af4b3b297b97d9967149bd383b3977380e93ac27ff3bbe6a75e811c20e961fac9078719f4a0184e2514e6757f64657af144c78d');
INSERT INTO public.vault VALUES (1, '8c5d446412944cc1bba5d32243d6557d', 'description', '0001', '\x4772f15edec446b8553a9add4b627ccf9f11d2f9180c933249c57b545b7519f3', '\xe08099db034efa293679072a', '\x4e690b3dcd7ffac7513e4572aab2d78f5a13c899da443e03be2df57f1008bc0649f6f681a03a8f89422b10771a');
INSERT INTO public.vault VALUES (1, '662c5e61aa5345e4b8fb85c0e6f8d9fc', 'applicant', '0001', '\x0f40a1fc12ef59362edea6759e820fb74977a34014b404857b132dd4ed3ce1b2', '\x3c96fada922f7516d6094fa1', '\xde39c247a8764d94e098f2029af7676d0a96742e5980c065b246ecb90d27ba10df930f65a684e4a0184c0c6b85fcd9b72af144708c8e78c4ea89f7e3e52d251be50af2a6f57d05a3183356ef834e3fb0c7d53c722698449bcea2');
INSERT INTO public.vault VALUES (1, 'de71533153e24fcdb619a2f4a52d6cae', 'description', '0001', '\x20ce1796cd7af0a408548546652595932275aa8af192b19195ecb4ff945042e7', '\x0cd2e224994d56003a5421b8', '\xfb8f3387d966d9f70916787629b8ff9915a7671e43987847cb777ef38c544b24e53de4f9369d544f4d5bce96f8');
INSERT INTO public.vault VALUES (1, '1e5aafc4522a4772a3f405728ed4765c', 'description', '0001', '\x2a88b426dd5b2a6b4f2610e0355ad8ad1054097b270d5ba5b0d6144e75d7d8d2', '\x86eaaaff422416a3e619e5cd', '\x5a8ae1e16265086c1118907dd980c699852caa3d3ed6c37d8b81d69074e85276c1530a49d0d222f2c40fd078cc');
INSERT INTO public.vault VALUES (1, 'c300ab63d87e4de1b0c668586735aa8f', 'applicant', '0001', '\x4b3c0729e78f6568c2b91794ce33f5926577c9062c31a62798a0f4578a21148b', '\x5a488a96a99e6d7c78e4679f', '\x1fe92b9487f45a2c3e18e2be4efb0c9e9c4c9e554a3dbaf11eb666a5d20113baed6ebb7941ecf1c4b8801f493f898f872a0a3a56a838ce64309738fedb2a4b369a016acee48fd8ae150622bca782056ba954150d5ec95e986c34');
INSERT INTO public.vault VALUES (1, '3a8db27bcdf348cdb2edd4b2c32533db', 'description', '0001', '\x4f3531f9821bbf4c21b16d8ee0d08db7b13cdc38dbc6d43d300c598d99a69bb0', '\x045a2d905afd2d22ddf6d8e0', '\x0a962e41a40ff260d3c27142ba36245459c39421a24a4b73ffe468780fe0644aa5a6987ee3889082c3fa4e45fc');
INSERT INTO public.vault VALUES (1, 'fe2a60481d4e48708644a3c32e4022e5', 'matters', '0001', '\x3cd247887069c5ae2d30c608100d7929cf51d2cfb66339a00ba2064b3f962ee7', '\x5e05ca9123619fe37e54c66a', '\x1fc19d5a06ba1122b3fa62ecb638b4527466a1800bd5996b37adef753cfc3f76ce3474b69feb68');
INSERT INTO public.vault VALUES (1, 'ed50a6eac1184f419ec56101bcd88388', 'applicant', '0001', '\x58cff3467b0a87181c3a641af3856756e5f3047cd8a35b5d91ecfee565043e51', '\xb3b52c45b5c1386e154e9bb6', '\x51c066a7ae64986af287a7ef397e794e051ee1b746f49b8db2604b0efefa6fec03bcadfc352d747f344dbd7bc17fd4d1fee297be6cb94602a305adc995911729ad43e6d28a452d3a61c6eb5a6a49216bd72414db32488e043a48');
INSERT INTO public.vault VALUES (1, '2d7a3e2f98c54817b862b1e2b14c1131', 'description', '0001', '\x412bd216d2c69e7b8547b1e0558a7e54520a5438fa4ea08cac3e3316884a6a7b', '\x073e7dd5b6f71d9d361cd8b1', '\x8c85083d5973bc1e17cab5d8e0193bfef9701656d53002f7d4dad62965d5aee295437198ab7391028acdff3ed7');
INSERT INTO public.vault VALUES (1, '8d19373f25034b818f6146ced86a6fe7', 'matters', '0001', '\xa707731b31bababfd51d130f7a96c3e0ca26c93ed464c75829c78b954a3ccda3', '\xb48cc92fedf813a113674000', '\x05a355f5337a4f0bb06bf047eb62321872506760737b26dec480aed34209ebd58e757bf8c2bd45');
INSERT INTO public.vault VALUES (1, '248dc07e3fe54aed9947649e206db208', 'reason', '0001', '\xf565939768e8cfd545bbd012ed590447a504f8084decd9fd3c2ebfd5789ec440', '\xa45dd88108570966e165b960', '\xa0432a80462c014752a13df88d12d63e7c7ae5a140c2d2938ac1eb894c58');
INSERT INTO public.vault VALUES (1, '7f2fc32502544977863239509cf6c93f', 'reason', '0001', '\x2706cc101ed1bb6b0f0b507c674db14940420f7241b4baa58d87a3b8795efbf2', '\xf2c548eecf30851230c57a74', '\xf80d9caf1d844b59d9af724a395f2eef1925f9ed8f1b87da162cfdd734d8');
INSERT INTO public.vault VALUES (1, '9b3c231516ef4d29a9021b0cce0fa120', 'applicant', '0001', '\xac207c63e4dbab6e3b58d3bbe872ce83377639442923cc50a4b3c1b70f525d0e', '\xe1722dc012be126eed63f435', '\x00ab76fe4c1bf623949774d74b60f032aa772fc6ff1eef39830308df8e9d6bb71ce82a335cb0d4323599870a4173063dc9e74f700183b6a0f241809c6ab5b8247fb4d446fe19bb31c5d191d5bc733e442db51ddc79cb52bc30e1');
INSERT INTO public.vault VALUES (1, 'b2ff2e74fca6435ba37b015e17cd3719', 'description', '0001', '\x257c605365fda3ece17446b99fbc93c52c64ecda46cd9fedf68d70b4e857576c', '\x8179f12bcee105ea10dedd3c', '\x516bd818de419c0f010db2e70afb403938e491b36e769b489941e87e0f18c6d2ca3d294a86980d28a6c53f52c7');
INSERT INTO public.vault VALUES (1, '40404b20ea9141c5bac615b91c8e0ec7', 'reason', '0001', '\x3f2c873129e64d0fb5f61be99a3e4365dbc770efcba9f919e467b7a6567906f6', '\xc08e2127b5b4fff3c174bbf7', '\x1b07b670560e9b419cda8b79530c583784530e7ddb2fbbf24126ffdb3263');
INSERT INTO public.vault VALUES (1, 'cdecb5eef4a54c9cabcaadf9c18560a2', 'reason', '0001', '\x44f001cad2ee569e3f9f353ba3688016e064788365ad6245c630d8d5dcbe0a41', '\x367372857491520fb9607004', '\x1731e248b0a944ab515912fd0b43bd38dc9d56669969302aa424a9cd3599');
INSERT INTO public.vault VALUES (1, '8724c29c049646059b761624c214d49b', 'description', '0001', '\x6a28502b7413fe64db6d399dc137fbc657a559ec10be8341c23f13f1ebf3a187', '\x6e21578c0d02533044bbbefe', '\x7720192cda47f38741fdf33196d082f52387085d6fb09f1a530d27714fa30a5159d2b7b66d6ceef0245a83837a');
INSERT INTO public.vault VALUES (1, '420f8ac793904a0ea00d7a1bfdd6dbee', 'applicant', '0001', '\x7aaf117764c45a83eb849e3c495258e41bfd9fc4a0965b89459476f1ec7e3d7f', '\xefcc0ff5fc2fae29cd1c0827', '\xb349ba3c7fca3d2d9153578a35ca3c823b7443eab4467c00b580580f0528486839789ecd9578e202a361977ab4e368d9c65f5faa8c627352e54b7b1596482dcbb513a19190f5f93c8849bb4a986e68091aae40e0abe80cff28b6');
INSERT INTO public.vault VALUES (1, '6c63bce363d54857950cc5525fee3f79', 'description', '0001', '\x27076eb826b55b93221245db160bfda26405242a17b033ccc69bd66839a9bdc3', '\x39b2f3c363f16631b5f7f029', '\xff3c04ef48e4a9ba315f7ec1d2498dc43e9ddf9ea7dfcf756209bd15df983faea2de01482abaede54196a6846e');
INSERT INTO public.vault VALUES (1, '8b5cdf74e58f41efb4482b93cd4519ea', 'applicant', '0001', '\xd33d1619ce2b1e673a163f4554684a9d026f618601266ab1d0169b3c4ad70ae6', '\x88c048e3ec782eb272538288', '\x8a180c341baf90fdf2956bdca2477e9906b20f65827bd082dfb01599e72d148e4f89f8e110df6a8739b75690924fbbddbd2a6a3161e70d30d5384cce62bc47e1e91f598325bedc73b1b33b07703f52a4962a0a538f87b6c87fd1');
INSERT INTO public.vault VALUES (1, '6de833e5cd7d4440ba5380d6dc1e4ffe', 'description', '0001', '\xa1b72d8a2f8c5f7918707b7b0df20553eff1405925b9d7f883137498447cc226', '\xe4733d7e12b1121bead77d2f', '\x7617abe23bc63edd7bd1daa0c779d847adb8df48dbcf7e7ad36bca4d283782763fb94583104800ea81df4c193d');
INSERT INTO public.vault VALUES (1, 'b02de00d525e42108a92a21fd5cb9c43', 'reason', '0001', '\x0ce65ff492e6bafc00af52c232b98c02e0f9f9b6f5fa5efb2e2a2540d0bbc1e5', '\xf2421d851652843d2d205b9c', '\xfa47a9fa95dcf33c9d681122cb3cd14100cdb3a51592be53013c1c142537');
INSERT INTO public.vault VALUES (1, '559a657074cf4293a1c39878f7509280', 'reason', '0001', '\xb1b5b7ecaf55919c43492aab0482b482620700bbf5b770c7afeb37ea944aa627', '\x2c3f949a069e6f3db1f7e32f', '\x17c5bccccb8acfec7ec6344c29c819ea08af2863d631fc792336054db30b');
INSERT INTO public.vault VALUES (1, '4c433b0419504b0f94758a7e5085fada', 'reason', '0001', '\xbc3cd7b7ecb0a2e7dc236ab91ac59b0818afe7b62cfba794ded0ffbe5af218de', '\xad56a32f8e46d9565eeb30c5', '\x3aaeabd71c73a7f59437646b665adbe807235a077dbc003265607f5a9075');
INSERT INTO public.vault VALUES (1, '2518eae64b964a1392b1b6cc31044e50', 'reason', '0001', '\xa7c1472075f759bd04d09912b02451778d1a50a7cc08fae11fa06a2b135df523', '\x44320509d0d77d25653a690f', '\x612e8ab2cfde771a44d86714c2723492bccf3aec472226c7dd1a09871761');
INSERT INTO public.vault VALUES (1, 'f0488b8e8344426b877c4b2bf7f1e1f5', 'reason', '0001', '\xf841ff09fa268a7ae4f86130d93c889956471bc6b80513d21483514a23a63c9c', '\x5635ca1b01aa82822790c352', '\x087e16918ea7997542ccee86c93eda1bc104415fc36659f86a15d7e3c2da');
INSERT INTO public.vault VALUES (1, 'cc1fa3ca3c214a7db909b48a8d7dcb1a', 'reason', '0001', '\xbb3273c02032fdf756602fd78a06261fc33f486c7637fcaa3cf4e4c8a38c93ee', '\xe74d0fb72a73700cf27545dd', '\x8cce11e09728fe45c76ca54d36ab1a20adf94d313abe2c4992982cbf1e01');
INSERT INTO public.vault VALUES (1, 'b51c9ebda77949b494a60542984aa93a', 'description', '0001', '\x96af02e334eead1ddded3b219e25255996085c89b51c91da0b2cd833dc7d5bbe', '\xcbee6e806099a92076be256a', '\x6b2df4f040ae7de4a0a9eeeb5841fb7b66b55348c7417f8b880dcf2adfe8c667f0e2ce7e5918cbe719ee1d33f5');
INSERT INTO public.vault VALUES (1, 'b82b9681ff7d420ca57ca2ca7564c9ba', 'reason', '0001', '\x7524920aed470f4aef7b91cc66c560c349cfedbc79551ba062b071fc4e96aedf', '\xef6ececb14c74b3a89a9f62e', '\x5ad398cc8fceda2d0e99aaf50f44f2a98e489a470439474545748193e5a2');
INSERT INTO public.vault VALUES (1, '25c341d3034146c9a03b1535af915d63', 'applicant', '0001', '\x77ccba3150f5ca6039b28fc15f7da0044af0800bcf1fc420f4ad763b02f757b6', '\x4f621d9599ddd6a15e67d108', '\x67c9ac2a2aaec571c76787ce0f00c4da9d289d49062cb904773e2d51f40b06a07981bf811eacbbf2fa4fe3255242546797ee6a3726f37a74cd6921ffc0a5d34cc82e99448480a27ea8107dadd816cfb252336e3424b26305593b');
INSERT INTO public.vault VALUES (1, '0cd7784551ab4a89b70c9197cc55ac7b', 'description', '0001', '\x895a8d45faee3af40a31966e48d7bc28d9be0621d0be1cfc011b686260ffefa4', '\x3985793b5e07b3af4f0ebe6e', '\x24aaee1be2b74e07afce1a845bc6191c92eaae7f8a04c29cea1218da09839084731b772f737536add90b4747bc');
INSERT INTO public.vault VALUES (1, 'dd9106173bcd44b59461446476585634', 'text', '0001', '\x5fd094c8c9bd37f3d3e792b9f37dc4d60cfd929002cf7562b1624ba6b9743e05', '\xf3b31bba7062fb13927acb86', '\x45cc772f7d75998a62544421fb20a80cb35081e0307e62d1f34a0f1fa83aedd3769ccffad358621f53fecacdce1330561553dd931a014f033442084f6871345daa4a4fb4b251d9d8ed29394d5a84263766e69d7d6630d0377cbfb8c9c2b05e8c92a2257bdbb18acdfe52c2239764348521be54996cf275f3ebc4cca76605bf21220f673bcde1174724cb2073a7d969172c2f602de2db86f8dcd3629387a27ffae4c56a186f8c3cf0695897e64be5180eb1af9c2ee61c9c9bbc5443ec46025b63d5ba1f13be35367b26cceb2b62e02d2d6d610ed59857fb761d41f6ffff46e2934ffedb9cbab68c87d4a1f37679329c5e38116e9ad5c4');
INSERT INTO public.vault VALUES (1, '26b77ae89b2544dcb469c34b75c9915a', 'text', '0001', '\x5f41d7449f92a1c1de234cb683451da15b30309318fd76c211375e74278ee850', '\x97c2d8cb25b15109a0c59cf7', '\x2e30d132ba732f575f4f948007524ea42b73970282349309081469edabc5724ecf12833aaa66c577bf0282366bd753659829a9e767769a0c3da3a329d92a2941ae9b23d6771dfad80638e97012da0c4de51a2e9d497ec595a8fb16a9cd122bf88ed547487be16fb33ad88fb23c5dae60178681fc5a4f0e60e7af54bee84e770f0f5046eaa5d1b7743b20506081d08f8dfab12ebf9fc7b7224c79e8ab2586b1bedd053f4ebeb613cbb8897fd08d9e156678e4abc81f49203b32b8d8359146cb2770564f3bbfc297e683d745a1d8ce1c12d92db187306aa1eca62982f8c547609f83fa01f3c08a2978a00eb0c0ad467f078938d8731227a60e20819c3da662fe1d91db778c9cba91c04d7c3212deee99e28928877b5e6f06df6562f50467e29bd21622b6c371d6ff746cf37fb661d664e863dd3d1d9c4b4630d881be757ce4927f4ab7ce4f49274f7a4fee9612f69bfa7db9b800db438ad112992a7784bb66a4');
INSERT INTO public.vault VALUES (1, '83ddf57c72c2448393cfefc122e25eb9', 'text', '0001', '\x48a69ba38477669a769173f2086ca1ef433abf71dbe7d50a0fd704df6c0146b2', '\x6f7af191d1727b5128b7b743', '\xf27e1c6eec391b502f750d1abbaec7852eededa19174574c2d672537d5eba4875c56a907db28aa263adb446012c5a904007b77feeeb3121b32cecf14fb2757b04ccf25960f7a735ba5c94c30af83e957af541a07ad685443ca3341a352c357a8b2f1f42104eb9d4490abecc9c4cf749115f9c591d4f5892044552bb2a5c466b6dabf39041b2ecb2027cb5a03317b60c48113f09117e646e63231b0b52d1e66fbd6ac504760019a8dbe1a3c5ff63a841579aa0fcb72136ad03802fa9b15d13d3c39d088aa4c585869ace0977b9daebfc0ef2e610d30bd4ab5816ddce7680a08ae1c3340703d69f643a6e7a83f4b6574d0e03f2907978b269bc3802786b0d1d6da9d8ac2d8fa8c0e8722903e092d6fe8bc9e29cee4cf2c817c7c3bdc12912a807c8cb235049ed52b94aa876e2e1be617acc4dba80eab53951943a6ce4966631a6f260075a2e12688049dddf1eaebbae9e9b6e989987ba2e23fc6232023c7ced1dad01964555ddc59bfeca32a213fc57ccb5a59499401f40a0fa2bc1650707a1becea755b6ae1e4a790ea8fd60c26f49b7a03d2aa78cc1d4e89968d573f74b9727999afdb54c71d0763d7470c1d413da0ba3da29620bf12feea06144ebf7df447ff60772c20151590945d485759808d3b8e99fa3e3290c86619305b7fe1beb0a6f075d43741488ffc09ce96f6b0541c7fadb2ec838fd4e5c9e31dc27f16aac5f5c4d41dcb5891f5217b3cca8dc707a37f12f740ceec67d85b4f8a10cbd7fc2ecf');
INSERT INTO public.vault VALUES (1, '2374cbde8f3f477c8dd164477e4b6ab7', 'text', '0001', '\x758a34556a0c47b373edf8edffc8d12763796b5662749bd25f23c743f3df2c21', '\x67e3773a292ac660016a5e2c', '\x502707bef4964de4a01fc07ad9802511355d52973a74db8b8406f0a208c27703fccd9b32fa9f6480c7004b278064940c28d8a2b1e0d62fd4c54387fa27be02f54daa53c7c03fe015e4beb5ebdf5d0f0f1063ba6c003fc552654f1e95d2af797415b179af9008a4d006e2c82e90c55dc163f9e47f536a9ccf7621c893a1dd8e96dfa640e77f76b74683e0c4c24db1966b9b77140e289f70822f675b1827747c2486ba');
INSERT INTO public.vault VALUES (1, '382ed9802c494e9883523dcb3503b70c', 'text', '0001', '\x3c470e1a735c4b3452682030fbc5e4eba248303e770761c9e95ea47d75b3dafb', '\x780bd004c60137ce6c23fb42', '\x8be872b7c88b8c88b4ed08d9572cb672a644b5018e4ec6e7927bf320370a7d7d5b09912a1501c0c8b3d503f93749943e114849ab15939bf79f9844b4c421a22b02686e52e9415a4d6d68bb4aabcc8fbdb18ffb48100017b893bbe23114acf3e4b3a110779b1caeec8284da1d0afe62398993af8685b8ee84fe7ade01e7013adb694879e5');
INSERT INTO public.vault VALUES (1, 'ae2680dde0c749c3b5145f04b005525f', 'text', '0001', '\x841f0d52416e9824e3d302c7ef22d598c78e7d5c03ba26713db0bfdb3892644c', '\x850100a2251d1e77f27f7281', '\xa01aa4ccd1e8d2393426a55d15eb6e456f8970e4b06f15d5bb31a4bc42dfe7a01f39dcf17063cfe75aad4b732bf07a497b2bf8d4b9dff2eba14357202c7b28ed031c00479ee559eaaa5a30a16115d111542355efed91fa99009ee00466a16558b90cfe81cdf43f3c55d335453ad9fb0fbdf02711d3765d0d4dd6e70a441e');
INSERT INTO public.vault VALUES (1, 'a1ff1949014e4d9ba31e3325469e768d', 'text', '0001', '\xe5f570227c0ac9c547db8230964a3a9d2c09368457a32a66834c2bc0bf56c271', '\x8629ec9394366b149a20a3eb', '\x9007c239ab510e5de9a13938ba2530efd3ff3a3c8cadf28761fcb2bee598e67d2f33a6fa019612b1a2419d902c497c7fe2594778cd27b416099855a97f1b7be12508ee0ac0ae0428032fff1eaf711ba7c0efe475311e5f4f667827b2d5b9e7c83352f148d235f681f42dfebfdbe29438a0d357b2fb28ca1fb54135656c6e58de7d5d1aedca08cb6d9c42424bd183899f350450f94544addb1702a2a6267fc68b5d2147cb6288957483172a80e765c5e6053a59e96d42fa715838957d376fbd9154b29154bbae8ac9c5ddaff743fceef38b53c1f1fb424bf459fdf5d13aa5');
INSERT INTO public.vault VALUES (1, '2a0baaa64107453db1a8f8c9389a1d0d', 'text', '0001', '\x39ee77af753dbfb677ff4f4ac11d5dd170eea09855f040a2e3a51646b90a5104', '\x532275e3274c1fc8e3659234', '\x0dc2136bd10f79c7f79911945f00c18b2df2ac8455f213bcbd25e67d0356b1c8549817b739d372128faef33dd60ebfb5ff234a4904cda72a864517c8c89767922fe75cf9b08aa26cc5f0626a3dbcfadc0a8f53666de36e02a8deea221d45bc12defeaa43b97495f171915818c8918df92dcb4942681087ce57f606283a74e98a0a5ff9e6ee6427209098bfed503619155523fd895451fc1fb89588b1ecc3c91345f3648582535037b5707f932846fdf4bbff3a0b20844d9bde1db29b3f767d92553860ee7d7a07ec5d50139b819fb537627cd740e81455af7e5b186eceaaba1e8af20aa7947805838f0fb7ea724dd444');
INSERT INTO public.vault VALUES (1, '1b88121698bf43bb95b52237b5b34d8c', 'text', '0001', '\x7ace89518a95916f9def13bc7654cc5be7d049f0124b3e1ffd6b9d78a74cf192', '\x2757cff0b2ddfe32e4347c4c', '\x7a0f03e21c10917934b0bd9caaab164c5f4ffdc550bd85d911a835a6ed5f286596d7b8295c9cd0707a3013e6b79b4490c5beb7e8f24bdbb243eeffc782adc22f7e1eb7b76b17aae2d84a11767d971a9f60235fdb3391c72c1cbd5392191188b2257083');
INSERT INTO public.vault VALUES (2, '720c332eba4f4a1486657a119b1cd4ac', 'applicant', '0001', '\xf35bc1a06a4a49fbccee4dfd18fda1972442ea78d3d9dd9731aa5802ea6215ae', '\x41cc97b2807aa461b0fa7ec5', '\xbaf4ef3016126e3466da0ab1957517d358ec73ca2c1c780a76a32fe31bcf4f41e2893617fa1c735771be5d');
INSERT INTO public.vault VALUES (2, 'd1aa907d943a43fe84f4104f3aca9863', 'description', '0001', '\x30f15cffadb88a1d8b61d9ea0f45e7c00d05b404e86aaaa9eef6ead8bd6193ad', '\xbe3483321918800ebbfee7fe', '\x3171c106205700712f3aa40c5b1167d969860c8232b151088f8de65de61b');
INSERT INTO public.vault VALUES (2, '7e76ee2f5c054fde97c31a17548f74e2', 'applicant', '0001', '\xbeaa6fa56651b7c5dee80ca3c1c3ed5846fae87074007a152d9e4792f5b4d8c2', '\xd8310549a74420a7717817a0', '\x8452eb019bd303da1fb909730e5316710011f289419ac408e9101087141f7232a384a856dc7ea8a02ae389');
INSERT INTO public.vault VALUES (2, 'bcdbbfa5bff9469a96a6577ee70d4aa1', 'description', '0001', '\x5b2e294bec35a601319e67bba49af69f2066fd49a15f5833d2d97131359ff685', '\x65db376028d699834f25daf9', '\xf09040d3967c8cc39a70e48c00428fc647f641f94e6ee64cede7998f3962');


--
-- Data for Name: vault_keys; Type: TABLE DATA; Schema: public; Owner: taizhang_owner
--

INSERT INTO public.vault_keys VALUES ('0001', '\x406c2d5ecf96a5d16f510d30ba6138ce');


--
-- Name: authorities_authority_id_seq; Type: SEQUENCE SET; Schema: public; Owner: taizhang_owner
--

SELECT pg_catalog.setval('public.authorities_authority_id_seq', 2, true);


--
-- Name: access_log access_log_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.access_log
    ADD CONSTRAINT access_log_pkey PRIMARY KEY (authority_id, at, id);


--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (authority_id, officer);


--
-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (authority_id, digest);


--
-- Name: appeal_spells appeal_spells_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.appeal_spells
    ADD CONSTRAINT appeal_spells_pkey PRIMARY KEY (authority_id, year, number, appeal, from_on);


--
-- Name: applicant_tokens applicant_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.applicant_tokens
    ADD CONSTRAINT applicant_tokens_pkey PRIMARY KEY (authority_id, year, number, token);


--
-- Name: authorities authorities_code_key; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.authorities
    ADD CONSTRAINT authorities_code_key UNIQUE (code);


--
-- Name: authorities authorities_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.authorities
    ADD CONSTRAINT authorities_pkey PRIMARY KEY (authority_id);


--
-- Name: checkpoints checkpoints_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (authority_id, size);


--
-- Name: document_pieces document_pieces_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.document_pieces
    ADD CONSTRAINT document_pieces_pkey PRIMARY KEY (authority_id, id, nth);


--
-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (authority_id, id);


--
-- Name: events events_authority_id_command_id_key; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_authority_id_command_id_key UNIQUE (authority_id, command_id);


--
-- Name: events events_authority_id_position_key; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_authority_id_position_key UNIQUE (authority_id, "position");


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (authority_id, stream, version);


--
-- Name: former_passwords former_passwords_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.former_passwords
    ADD CONSTRAINT former_passwords_pkey PRIMARY KEY (authority_id, officer, replaced_at);


--
-- Name: heads heads_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.heads
    ADD CONSTRAINT heads_pkey PRIMARY KEY (authority_id);


--
-- Name: login_sources login_sources_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.login_sources
    ADD CONSTRAINT login_sources_pkey PRIMARY KEY (authority_id, source);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (number);


--
-- Name: requests requests_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (authority_id, year, number);


--
-- Name: sealers sealers_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.sealers
    ADD CONSTRAINT sealers_pkey PRIMARY KEY (authority_id);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (authority_id, digest);


--
-- Name: vault_keys vault_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.vault_keys
    ADD CONSTRAINT vault_keys_pkey PRIMARY KEY (key_id);


--
-- Name: vault vault_pkey; Type: CONSTRAINT; Schema: public; Owner: taizhang_owner
--

ALTER TABLE ONLY public.vault
    ADD CONSTRAINT vault_pkey PRIMARY KEY (authority_id, id);


--
-- Name: applicant_tokens_by_token; Type: INDEX; Schema: public; Owner: taizhang_owner
--

CREATE INDEX applicant_tokens_by_token ON public.applicant_tokens USING btree (authority_id, token);


--
-- Name: requests_by_outcome; Type: INDEX; Schema: public; Owner: taizhang_owner
--

CREATE INDEX requests_by_outcome ON public.requests USING btree (authority_id, applicant_kind, outcome, received_on, closed_on);


--
-- Name: access_log access_log_append_only; Type: TRIGGER; Schema: public; Owner: taizhang_owner
--

CREATE TRIGGER access_log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.access_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: checkpoints checkpoints_append_only; Type: TRIGGER; Schema: public; Owner: taizhang_owner
--

CREATE TRIGGER checkpoints_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.checkpoints FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: events events_append_only; Type: TRIGGER; Schema: public; Owner: taizhang_owner
--

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: access_log; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.access_log ENABLE ROW LEVEL SECURITY;

--
-- Name: accounts; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;

--
-- Name: api_keys; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

--
-- Name: appeal_spells; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.appeal_spells ENABLE ROW LEVEL SECURITY;

--
-- Name: applicant_tokens; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.applicant_tokens ENABLE ROW LEVEL SECURITY;

--
-- Name: authorities; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.authorities ENABLE ROW LEVEL SECURITY;

--
-- Name: checkpoints; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.checkpoints ENABLE ROW LEVEL SECURITY;

--
-- Name: authorities directory; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY directory ON public.authorities USING ((COALESCE(NULLIF(current_setting('taizhang.authority'::text, true), ''::text), '0'::text) = '0'::text));


--
-- Name: heads directory; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY directory ON public.heads FOR SELECT USING ((COALESCE(NULLIF(current_setting('taizhang.authority'::text, true), ''::text), '0'::text) = '0'::text));


--
-- Name: document_pieces; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.document_pieces ENABLE ROW LEVEL SECURITY;

--
-- Name: documents; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;

--
-- Name: events; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

--
-- Name: former_passwords; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.former_passwords ENABLE ROW LEVEL SECURITY;

--
-- Name: heads; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.heads ENABLE ROW LEVEL SECURITY;

--
-- Name: login_sources; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.login_sources ENABLE ROW LEVEL SECURITY;

--
-- Name: access_log own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.access_log USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: accounts own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.accounts USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: api_keys own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.api_keys USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: appeal_spells own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.appeal_spells USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: applicant_tokens own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.applicant_tokens USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: authorities own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.authorities USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: checkpoints own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.checkpoints USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: document_pieces own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.document_pieces USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: documents own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.documents USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: events own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.events USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: former_passwords own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.former_passwords USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: heads own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.heads USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: login_sources own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.login_sources USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: requests own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.requests USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: sealers own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.sealers USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: sessions own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.sessions USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: vault own; Type: POLICY; Schema: public; Owner: taizhang_owner
--

CREATE POLICY own ON public.vault USING ((authority_id = (NULLIF(current_setting('taizhang.authority'::text, true), ''::text))::integer));


--
-- Name: requests; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.requests ENABLE ROW LEVEL SECURITY;

--
-- Name: sealers; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.sealers ENABLE ROW LEVEL SECURITY;

--
-- Name: sessions; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: vault; Type: ROW SECURITY; Schema: public; Owner: taizhang_owner
--

ALTER TABLE public.vault ENABLE ROW LEVEL SECURITY;

--
-- Name: FUNCTION append(authority integer, before bigint, moment timestamp with time zone, law_version integer, years text, given text, told json, sealed json, tokens json, rows json); Type: ACL; Schema: public; Owner: taizhang_owner
--

REVOKE ALL ON FUNCTION public.append(authority integer, before bigint, moment timestamp with time zone, law_version integer, years text, given text, told json, sealed json, tokens json, rows json) FROM PUBLIC;
GRANT ALL ON FUNCTION public.append(authority integer, before bigint, moment timestamp with time zone, law_version integer, years text, given text, told json, sealed json, tokens json, rows json) TO taizhang;


--
-- Name: FUNCTION enter(authority integer); Type: ACL; Schema: public; Owner: taizhang_owner
--

REVOKE ALL ON FUNCTION public.enter(authority integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.enter(authority integer) TO taizhang;


--
-- Name: FUNCTION index_applicants(authority integer, tokens json); Type: ACL; Schema: public; Owner: taizhang_owner
--

REVOKE ALL ON FUNCTION public.index_applicants(authority integer, tokens json) FROM PUBLIC;
GRANT ALL ON FUNCTION public.index_applicants(authority integer, tokens json) TO taizhang;


--
-- Name: FUNCTION write_rows(authority integer, rows json); Type: ACL; Schema: public; Owner: taizhang_owner
--

REVOKE ALL ON FUNCTION public.write_rows(authority integer, rows json) FROM PUBLIC;
GRANT ALL ON FUNCTION public.write_rows(authority integer, rows json) TO taizhang;


--
-- Name: TABLE access_log; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT ON TABLE public.access_log TO taizhang;


--
-- Name: TABLE accounts; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.accounts TO taizhang;


--
-- Name: TABLE api_keys; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.api_keys TO taizhang;


--
-- Name: TABLE appeal_spells; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.appeal_spells TO taizhang;


--
-- Name: TABLE applicant_tokens; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.applicant_tokens TO taizhang;


--
-- Name: TABLE authorities; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT ON TABLE public.authorities TO taizhang;


--
-- Name: TABLE checkpoints; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT ON TABLE public.checkpoints TO taizhang;


--
-- Name: TABLE document_pieces; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.document_pieces TO taizhang;


--
-- Name: COLUMN document_pieces.key_id; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT UPDATE(key_id) ON TABLE public.document_pieces TO taizhang;


--
-- Name: COLUMN document_pieces.nonce; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT UPDATE(nonce) ON TABLE public.document_pieces TO taizhang;


--
-- Name: COLUMN document_pieces.ciphertext; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT UPDATE(ciphertext) ON TABLE public.document_pieces TO taizhang;


--
-- Name: TABLE documents; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.documents TO taizhang;


--
-- Name: TABLE events; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT ON TABLE public.events TO taizhang;


--
-- Name: TABLE former_passwords; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT ON TABLE public.former_passwords TO taizhang;


--
-- Name: TABLE heads; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.heads TO taizhang;


--
-- Name: TABLE login_sources; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login_sources TO taizhang;


--
-- Name: TABLE migrations; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT ON TABLE public.migrations TO taizhang;


--
-- Name: TABLE requests; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.requests TO taizhang;


--
-- Name: TABLE sealers; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.sealers TO taizhang;


--
-- Name: TABLE sessions; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO taizhang;


--
-- Name: TABLE vault; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.vault TO taizhang;


--
-- Name: COLUMN vault.key_id; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT UPDATE(key_id) ON TABLE public.vault TO taizhang;


--
-- Name: COLUMN vault.nonce; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT UPDATE(nonce) ON TABLE public.vault TO taizhang;


--
-- Name: COLUMN vault.ciphertext; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT UPDATE(ciphertext) ON TABLE public.vault TO taizhang;


--
-- Name: TABLE vault_keys; Type: ACL; Schema: public; Owner: taizhang_owner
--

GRANT SELECT,INSERT ON TABLE public.vault_keys TO taizhang;


--
-- PostgreSQL database dump complete
--


