-- What each request is about, in a few clear words for lists.
ALTER TABLE requests ADD COLUMN subject text;

CREATE OR REPLACE FUNCTION write_rows(authority integer, rows json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO requests (authority_id, year, number, version, position, law_digest, stage, received_on,
                          closed_on, applicant_kind, outcome, started_on, due_on, original_due_on, provisional,
                          extended, supplemented, consulted, reopened, suspended, irregularities, closed_by,
                          timeliness, original_timeliness, taken, served_on, respond_by, pay_by, redo_by, unit,
                          subject)
    SELECT $1, split_part(r.reference, '-', 1)::integer, split_part(r.reference, '-', 2)::integer,
           r.version, r.position, r.law_digest, r.stage, r.received_on,
           r.closed_on, r.applicant_kind, r.outcome, r.started_on, r.due_on, r.original_due_on, r.provisional,
           r.extended, r.supplemented, r.consulted, r.reopened, r.suspended, r.irregularities, r.closed_by, r.timeliness,
           r.original_timeliness, r.taken, r.served_on, r.respond_by, r.pay_by, r.redo_by, r.unit, r.subject
    FROM heads AS head, json_to_recordset($2)
        AS r (reference text, version integer, position bigint, law_digest text, stage text, received_on date,
              closed_on date, applicant_kind text, outcome text, started_on date, due_on date,
              original_due_on date, provisional boolean, extended boolean, supplemented boolean,
              consulted boolean, reopened boolean, suspended integer, irregularities text[], closed_by text, timeliness text,
              original_timeliness text, taken integer, served_on date, respond_by date, pay_by date,
              redo_by date, unit text, subject text)
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
        pay_by = excluded.pay_by, redo_by = excluded.redo_by, unit = excluded.unit, subject = excluded.subject;
END
$$;
