-- In whose charge each request is, and which one it was split from, for lists.
ALTER TABLE requests ADD COLUMN officer text, ADD COLUMN split_from text;

CREATE OR REPLACE FUNCTION write_rows(authority integer, rows json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO requests (authority_id, year, number, version, position, law_digest, stage, received_on,
                          closed_on, applicant_kind, outcome, started_on, due_on, original_due_on, provisional,
                          extended, supplemented, consulted, reopened, suspended, irregularities, closed_by,
                          timeliness, original_timeliness, taken, served_on, respond_by, pay_by, redo_by, unit,
                          subject, officer, split_from)
    SELECT $1, split_part(r.reference, '-', 1)::integer, split_part(r.reference, '-', 2)::integer,
           r.version, r.position, r.law_digest, r.stage, r.received_on,
           r.closed_on, r.applicant_kind, r.outcome, r.started_on, r.due_on, r.original_due_on, r.provisional,
           r.extended, r.supplemented, r.consulted, r.reopened, r.suspended, r.irregularities, r.closed_by, r.timeliness,
           r.original_timeliness, r.taken, r.served_on, r.respond_by, r.pay_by, r.redo_by, r.unit, r.subject,
           r.officer, r.split_from
    FROM heads AS head, json_to_recordset($2)
        AS r (reference text, version integer, position bigint, law_digest text, stage text, received_on date,
              closed_on date, applicant_kind text, outcome text, started_on date, due_on date,
              original_due_on date, provisional boolean, extended boolean, supplemented boolean,
              consulted boolean, reopened boolean, suspended integer, irregularities text[], closed_by text, timeliness text,
              original_timeliness text, taken integer, served_on date, respond_by date, pay_by date,
              redo_by date, unit text, subject text, officer text, split_from text)
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
        pay_by = excluded.pay_by, redo_by = excluded.redo_by, unit = excluded.unit, subject = excluded.subject,
        officer = excluded.officer, split_from = excluded.split_from;
END
$$;

-- Those of the log so far, as amended. `taizhang rebuild` writes the same.
DO $$
DECLARE
    office integer;
    offices integer[] := ARRAY(SELECT authority_id FROM heads);
BEGIN
    FOREACH office IN ARRAY offices LOOP
        EXECUTE format('SET LOCAL taizhang.authority = %L', office);
        WITH entries AS (
            SELECT stream, position, version, convert_from(payload, 'UTF8')::json AS told, topic FROM events
            WHERE authority_id = office AND starts_with(stream, 'request/')
              AND topic IN ('received', 'assigned', 'entry_amended')
        ), facts AS ( -- what an entry tells, or puts in the place of the entry `version`: null where it annuls it
            SELECT stream, position, version, told AS fact FROM entries WHERE topic <> 'entry_amended'
            UNION ALL SELECT stream, position, (told->>'version')::integer, told->'replacement' FROM entries
            WHERE topic = 'entry_amended'
        ), standing AS (
            SELECT DISTINCT ON (stream, version) stream, version, fact FROM facts
            ORDER BY stream, version, position DESC
        ), charges AS ( -- the last in the order of law
            SELECT DISTINCT ON (stream) stream, fact->>'officer' AS officer FROM standing
            WHERE fact->>'type' = 'assigned' ORDER BY stream, fact->>'on' DESC, version DESC
        ), parts AS (
            SELECT stream, fact->>'split_from' AS split_from FROM standing WHERE fact->>'type' = 'received'
        ), known AS (
            SELECT stream, officer, split_from FROM parts LEFT JOIN charges USING (stream)
            WHERE officer IS NOT NULL OR split_from IS NOT NULL
        )
        UPDATE requests SET officer = known.officer, split_from = known.split_from FROM known
        WHERE authority_id = office
          AND stream = 'request/' || year || '-' || lpad(number::text, greatest(4, length(number::text)), '0');
    END LOOP;
    EXECUTE 'SET LOCAL taizhang.authority = 0';
END
$$;

CREATE INDEX requests_in_charge ON requests (authority_id, officer) WHERE officer IS NOT NULL;
CREATE INDEX requests_split ON requests (authority_id, split_from) WHERE split_from IS NOT NULL;
