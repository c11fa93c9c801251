-- Document numbers (文号) on papers of requests, each once a request: derived from the log as the register is. plain: as they
-- are compared; form: plain without year and serial, by which those of one series are known; null, with both, of a number
-- of no known shape. state: given, drafted, or withdrawn by a correction. version: of the last entry that bears it.
CREATE TABLE document_numbers (
    authority_id integer NOT NULL,
    stream text NOT NULL,
    plain text NOT NULL,
    document_no text NOT NULL,
    letter text NOT NULL,
    on_date date NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    form text,
    year integer,
    serial integer,
    PRIMARY KEY (authority_id, stream, plain)
);
CREATE INDEX document_numbers_alike ON document_numbers (authority_id, plain);
CREATE INDEX document_numbers_in_order ON document_numbers (authority_id, form, year, serial);
ALTER TABLE document_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_numbers FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON document_numbers
    USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Those of the log so far, of answers and their drafts alone: no other paper had one. `taizhang rebuild` writes the same.
DO $$
DECLARE
    office integer;
    offices integer[] := ARRAY(SELECT authority_id FROM heads);
BEGIN
    FOREACH office IN ARRAY offices LOOP
        PERFORM set_config('taizhang.authority', office::text, true);
        INSERT INTO document_numbers
        WITH entries AS (
            SELECT stream, position, version, topic, convert_from(payload, 'UTF8')::json AS told FROM events
            WHERE authority_id = office AND starts_with(stream, 'request/')
              AND topic IN ('received', 'answered', 'answer_drafted', 'entry_amended')
        ), facts AS ( -- what an entry tells, or puts in the place of the entry `version`
            SELECT stream, position, version, told AS fact FROM entries WHERE topic <> 'entry_amended'
            UNION ALL SELECT stream, position, (told->>'version')::integer, told->'replacement' FROM entries
            WHERE topic = 'entry_amended'
        ), standing AS (
            SELECT DISTINCT ON (stream, version) stream, version, position, fact->>'type' IS NULL AS annulled
            FROM facts ORDER BY stream, version, position DESC
        ), numbers AS (
            SELECT facts.stream, facts.version, facts.position, fact->>'document_no' AS document_no,
                   regexp_replace(lower(translate(normalize(fact->>'document_no', NFKC), '〔〕【】[]', '()()()')), '\s', '', 'g')
                       AS plain,
                   CASE WHEN fact->>'legal_basis' ~ '第四十一条' AND fact->>'outcome' ~ '^other\.' THEN 'correction'
                        ELSE 'answer' END AS letter,
                   (fact->>'on')::date AS on_date,
                   CASE WHEN facts.position <> own.position OR receipt.annulled THEN 3
                        WHEN fact->>'type' = 'answered' THEN 1 ELSE 2 END AS state
            FROM facts
            JOIN standing AS own ON own.stream = facts.stream AND own.version = facts.version
            JOIN standing AS receipt ON receipt.stream = facts.stream AND receipt.version = 1
            WHERE fact->>'document_no' <> '原台账未载'
        )
        SELECT DISTINCT ON (stream, plain) office, stream, plain, document_no, letter, on_date, version,
               (ARRAY['given', 'drafted', 'withdrawn'])[state],
               part[1] || '()号' || part[4], part[2]::integer, part[3]::integer
        FROM (SELECT *, regexp_match(plain, '^(.*)\((\d{4})\)第?0*([1-9]\d{0,5})号(.*)$') AS part FROM numbers) AS numbers
        ORDER BY stream, plain, state, position DESC;
    END LOOP;
    PERFORM set_config('taizhang.authority', '', true);
END
$$;
