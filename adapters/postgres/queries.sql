-- All statements of the program, by name. $1 is the authority, if there is one. A part is included in statements by its
-- name in braces.

-- part: entry
-- The columns of an entry, which `mapper.recorded` reads.
stream, version, position, topic, schema_version, payload, actor, on_behalf_of, recorded_at, command_id, body_mac,
acknowledged, leaf_format

-- part: reference
-- A request's reference as it is written: 2020-0017.
year || '-' || lpad(number::text, greatest(4, length(number::text)), '0')

-- part: access
-- The columns of a line of the access log that readers see.
at, id, actor, act, result, source, purpose, reference, route

-- name: authority_id
-- The integer key of an authority's code.
SELECT authority_id FROM authorities WHERE code = $1

-- name: authorities
-- The directory, for background work and for commands that leave out --authority.
SELECT authority_id, code FROM authorities ORDER BY code

-- name: add_authority
-- A new authority; no row if the code is taken by a concurrent start.
INSERT INTO authorities (code) VALUES ($1) ON CONFLICT DO NOTHING RETURNING authority_id

-- name: add_head
-- The new authority's head row, at position 0; $2: the format of its leaves.
INSERT INTO heads (authority_id, leaf_format) VALUES ($1, $2)

-- name: head
-- The head, without locking it; for readers.
SELECT position, recorded_at, authority_version, law_digest, published, numbers, leaf_format FROM heads WHERE authority_id = $1

-- name: head_now
-- The same, with the database's clock.
SELECT position, recorded_at, authority_version, law_digest, now() AS now FROM heads WHERE authority_id = $1

-- name: poll
-- The position of an authority's log and the version of its own stream. Readable without an authority set: see the
-- policies of `heads`. replica: as `is_replica`.
SELECT position, authority_version, pg_is_in_recovery() AS replica FROM heads WHERE authority_id = $1

-- name: read_for_recording
-- The head and the database's clock, with the streams $2 and those of the command ids $3, in order. At least one row;
-- stream is null if there is no entry. Each stream is looked up singly, by the index in its order: one condition on
-- many streams, planned while the log is short, would for the whole session read all of it by another index.
SELECT clock_timestamp() AS now, head.position AS head_position, head.recorded_at AS head_recorded_at,
       head.authority_version, head.law_digest, head.published, head.numbers, head.leaf_format AS next_leaf_format, found.*
FROM heads AS head LEFT JOIN (
    SELECT entry.* FROM (
        SELECT unnest($2::text[]) AS stream
        UNION SELECT named.stream FROM unnest($3::text[]) AS id CROSS JOIN LATERAL (
            SELECT stream FROM events WHERE authority_id = $1 AND command_id = id ORDER BY command_id OFFSET 0
        ) AS named
    ) AS wanted CROSS JOIN LATERAL (
        SELECT {entry}
        FROM events WHERE authority_id = $1 AND stream = wanted.stream ORDER BY version
    ) AS entry
) AS found ON true
WHERE head.authority_id = $1
ORDER BY found.stream, found.version

-- name: number_besides
-- The highest reference number of the year $2, without $3 and without annulled receipts whose number had jumped ahead.
SELECT coalesce(max(split_part(stream, '-', 2)::integer), 0) FROM events AS e
WHERE authority_id = $1 AND version = 1 AND starts_with(stream, 'request/' || $2::integer || '-')
  AND split_part(stream, '-', 2)::integer <> $3
  AND NOT ('reference_jump' = ANY (acknowledged) AND NOT EXISTS (
      SELECT FROM requests AS r
      WHERE r.authority_id = $1 AND r.year = $2 AND r.number = split_part(e.stream, '-', 2)::integer))

-- name: numbers_above
-- Reference numbers of the year $2 above $3.
SELECT split_part(stream, '-', 2)::integer AS number FROM events
WHERE authority_id = $1 AND version = 1 AND starts_with(stream, 'request/' || $2::integer || '-')
  AND split_part(stream, '-', 2)::integer > $3

-- name: select_stream
-- One stream in order: $3 < version <= $4, at most $5.
SELECT {entry}
FROM events
WHERE authority_id = $1 AND stream = $2 AND version > coalesce($3, -1) AND version <= coalesce($4, 2147483647)
ORDER BY version LIMIT $5

-- name: select_streams
-- Several streams at once, each in order, up to position $3, inclusive, if given; each looked up singly, as above.
SELECT entry.* FROM (SELECT DISTINCT unnest($2::text[]) AS stream) AS wanted CROSS JOIN LATERAL (
    SELECT {entry}
    FROM events
    WHERE authority_id = $1 AND stream = wanted.stream AND position <= coalesce($3, 9223372036854775807)
    ORDER BY version
) AS entry
ORDER BY stream, version

-- name: recorded_at
-- When the entry at a position was recorded.
SELECT recorded_at FROM events WHERE authority_id = $1 AND position = $2

-- name: position_until
-- The last position recorded by a moment: recorded_at never decreases with the position, so a moment is a prefix of
-- the log.
SELECT max(position) FROM events WHERE authority_id = $1 AND recorded_at <= $2

-- name: touched
-- Requests received by the day that were not closed by then, or that are now reopened, unserved or appealed. A
-- superset of those that were open on that day, which is decided from their histories.
SELECT year, number, position FROM requests
WHERE authority_id = $1 AND received_on <= $2
  AND (closed_on IS NULL OR closed_on > $2 OR served_on IS NULL OR served_on > $2 OR reopened
       OR (year, number) IN (SELECT year, number FROM appeal_spells WHERE authority_id = $1))
ORDER BY year, number

-- name: erasures_pending
-- Requests of which an erasure was requested by day $2 and not carried out by then, as recorded up to position $3,
-- with the position of their last entry. A superset: erasures that were annulled since are included.
SELECT stream, max(position) AS position FROM events
WHERE authority_id = $1 AND position <= $3 AND stream IN (
    SELECT stream FROM events
    WHERE authority_id = $1 AND topic IN ('erasure_requested', 'personal_data_erased') AND position <= $3
      AND (convert_from(payload, 'UTF8')::json->>'on')::date <= $2
    GROUP BY stream
    HAVING count(*) FILTER (WHERE topic = 'erasure_requested') > count(*) FILTER (WHERE topic = 'personal_data_erased')
)
GROUP BY stream ORDER BY stream

-- name: select_positions
-- Entries by position from $2 to $3, both ends inclusive, at most $4; $5: only these topics, if any.
SELECT {entry}
FROM events
WHERE authority_id = $1 AND position >= $2 AND position <= coalesce($3, 9223372036854775807)
  AND (cardinality($5::text[]) = 0 OR topic = ANY ($5::text[]))
ORDER BY position LIMIT $4

-- name: streams_between
-- Streams with an entry at these positions, both ends inclusive: those of an import.
SELECT DISTINCT stream FROM events WHERE authority_id = $1 AND position BETWEEN $2 AND $3 ORDER BY stream

-- name: select_log
-- The whole log of an authority, stream by stream, for a replay; read with a cursor.
SELECT {entry}
FROM events WHERE authority_id = $1 ORDER BY stream, version

-- name: select_run
-- The same for the streams after $2, up to and including $3.
SELECT {entry}
FROM events WHERE authority_id = $1 AND stream > $2 AND stream <= $3 ORDER BY stream, version

-- name: last_stream
-- The last stream: the end of a run that covers all streams.
SELECT max(stream) FROM events WHERE authority_id = $1

-- name: bounds
-- The last stream of each part of the log; $2: the share of streams up to it. The last part ends with the last stream.
SELECT percentile_disc($2::double precision[]) WITHIN GROUP (ORDER BY stream)
FROM events WHERE authority_id = $1 AND version = 1

-- name: last_position
-- The last position; null if the log is empty.
SELECT max(position) FROM events WHERE authority_id = $1

-- name: append
-- Append entries after position $2, recorded at $3, by the function of this name. authority_version $4; the published
-- years $5 and the last numbers $6 if they change; as JSON, with bytes in base64: events $7, vault $8, tokens $9, rows
-- $10. One JSON text each is sent faster than an array for each column.
SELECT append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: write_rows
-- Write rows of the register from JSON, in a rebuild.
SELECT write_rows($1, $2)

-- name: set_law
-- Store the digest $2 of the law by which the register was rebuilt, and the published years $3.
UPDATE heads SET law_digest = $2, published = $3 WHERE authority_id = $1

-- name: remove_rows
-- Annulled requests leave the register; the log keeps them.
DELETE FROM requests WHERE authority_id = $1 AND year = $2 AND number = $3

-- name: clear_rows
-- A rebuild begins with an empty register: a row without a log entry must not remain.
DELETE FROM requests WHERE authority_id = $1

-- name: clear_spells
-- The same for appeals.
DELETE FROM appeal_spells WHERE authority_id = $1

-- name: remove_spells
-- Remove a request's appeals before they are written again.
DELETE FROM appeal_spells WHERE authority_id = $1 AND year = $2 AND number = $3

-- name: write_spells
-- Write appeals from JSON.
INSERT INTO appeal_spells (authority_id, year, number, appeal, from_on, to_on, route, begun_on, decided_on, result)
SELECT $1, split_part(s.reference, '-', 1)::integer, split_part(s.reference, '-', 2)::integer,
       s.appeal, s.from_on, s.to_on, s.route, s.begun_on, s.decided_on, s.result
FROM heads AS head, json_to_recordset($2::json)
    AS s (reference text, appeal text, from_on date, to_on date, route text, begun_on date, decided_on date,
          result text)
WHERE head.authority_id = $1

-- name: due_dates
-- The due date of every row, which a rebuild compares.
SELECT year, number, due_on FROM requests WHERE authority_id = $1

-- name: tally_requests
-- Requests of the period $2–$3 by applicant kind and outcome, counted as new or carried in, and closed or carried out.
SELECT applicant_kind, outcome, new, total - new AS carried_in, closed, total - closed AS carried_out
FROM (
    SELECT applicant_kind, outcome, count(*) AS total,
           count(*) FILTER (WHERE received_on >= $2) AS new,
           count(*) FILTER (WHERE closed_on <= $3) AS closed
    FROM requests
    WHERE authority_id = $1 AND received_on <= $3 AND (closed_on IS NULL OR closed_on >= $2)
    GROUP BY applicant_kind, outcome
) AS counted

-- name: tally_requests_until
-- The same for requests without entries after position $4, except those with years $5 and numbers $6.
SELECT applicant_kind, outcome, new, total - new AS carried_in, closed, total - closed AS carried_out
FROM (
    SELECT applicant_kind, outcome, count(*) AS total,
           count(*) FILTER (WHERE received_on >= $2) AS new,
           count(*) FILTER (WHERE closed_on <= $3) AS closed
    FROM requests
    WHERE authority_id = $1 AND received_on <= $3 AND (closed_on IS NULL OR closed_on >= $2)
      AND position <= $4 AND (year, number) NOT IN (SELECT * FROM unnest($5::integer[], $6::integer[]))
    GROUP BY applicant_kind, outcome
) AS counted

-- name: tally_appeals
-- Appeals pending the day before the period or begun in it, by route and the result in effect at its end.
SELECT route, result, count(*) AS appeals
FROM appeal_spells
WHERE authority_id = $1 AND begun_on <= $3 AND (decided_on IS NULL OR decided_on >= $2)
  AND from_on <= $3 AND (to_on IS NULL OR to_on > $3)
GROUP BY route, result

-- name: rows_of_period
-- Rows that a table of the period $2–$3 counts.
SELECT * FROM requests
WHERE authority_id = $1 AND received_on <= $3 AND (closed_on IS NULL OR closed_on >= $2)
ORDER BY year, number

-- name: days_of_period
-- The same requests by the months of the period in which they were received and closed, and by the days taken to answer.
SELECT received, closed, taken, count(*) FROM (
    SELECT CASE WHEN received_on >= $2 THEN extract(month FROM received_on)::integer END AS received,
           CASE WHEN closed_on <= $3 THEN extract(month FROM closed_on)::integer END AS closed,
           CASE WHEN closed_on <= $3 THEN taken END AS taken
    FROM requests
    WHERE authority_id = $1 AND received_on <= $3 AND (closed_on IS NULL OR closed_on >= $2)
) AS counted
GROUP BY received, closed, taken

-- name: closed_alike
-- Requests closed in the period $2–$3, grouped by how they were handled; with references as they are written, and
-- working days taken.
SELECT closed_by, timeliness, original_timeliness, extended, suspended > 0, supplemented, irregularities, unit,
       array_agg({reference}), array_agg(coalesce(taken, 0))
FROM requests
WHERE authority_id = $1 AND closed_on BETWEEN $2 AND $3
GROUP BY closed_by, timeliness, original_timeliness, extended, suspended > 0, supplemented, irregularities, unit

-- name: spells_of_period
-- Spells of the appeals that a table of the period $2–$3 may count.
SELECT * FROM appeal_spells
WHERE authority_id = $1 AND begun_on <= $3 AND (decided_on IS NULL OR decided_on >= $2)
ORDER BY year, number, appeal, from_on

-- name: spells_of_period_until
-- The same for requests without entries after position $4.
SELECT spell.* FROM appeal_spells spell JOIN requests USING (authority_id, year, number)
WHERE spell.authority_id = $1 AND position <= $4 AND begun_on <= $3 AND (decided_on IS NULL OR decided_on >= $2)
ORDER BY year, number, appeal, from_on

-- name: streams_gone_on
-- Streams that began by position $2 and have entries after it.
SELECT stream FROM events WHERE authority_id = $1 AND position > $2 GROUP BY stream HAVING min(version) > 1

-- name: rows_of_another_law
-- Requests without entries after position $2 whose row was made by neither of the laws $3; or, if the two laws differ
-- from day $4 on, that have a date on or after it.
SELECT year, number FROM requests
WHERE authority_id = $1 AND position <= $2
  AND (law_digest <> ALL($3) OR closed_on IS NULL AND $4::date IS NOT NULL
       OR greatest(received_on, closed_on, started_on, due_on, original_due_on, served_on, respond_by, pay_by, redo_by) >= $4
       OR (year, number) IN (
           SELECT year, number FROM appeal_spells
           WHERE authority_id = $1 AND greatest(begun_on, decided_on, from_on, to_on) >= $4))

-- part: wanted
-- The conditions of a list, $2–$17; one that is null is not applied (see `Database.plan_with_values`). $18: years with
-- a holiday notice.
($2::text IS NULL OR stage = $2)
  AND ($3::date IS NULL OR due_on < $3)
  AND ($4::date IS NULL OR (received_on <= $4 AND (closed_on IS NULL OR closed_on > $4) AND due_on < $4
       AND NOT ((provisional OR timeliness IS NOT DISTINCT FROM 'provisional') AND EXISTS (
         SELECT FROM generate_series(extract(year FROM started_on)::integer, extract(year FROM due_on)::integer) AS year
         WHERE year <> ALL ($18::integer[])))))
  AND ($5::date IS NULL OR received_on >= $5)
  AND ($6::date IS NULL OR received_on <= $6)
  AND ($7::date IS NULL OR closed_on >= $7)
  AND ($8::date IS NULL OR closed_on <= $8)
  AND ($9::text IS NULL OR starts_with(outcome || '.', $9 || '.'))
  AND ($10::text IS NULL OR timeliness = $10)
  AND ($11::text IS NULL OR applicant_kind = $11)
  AND ($12::text IS NULL OR unit = $12)
  AND ($13::text IS NULL OR officer = $13)
  AND ($14::text IS NULL OR $14 = ANY (irregularities))
  AND ($15::text IS NULL OR strpos({reference}, $15) > 0)
  AND ($16::text IS NULL OR split_from = $16)
  AND ($17::bigint IS NULL OR position > $17)

-- name: listed
-- The requests that match, by reference after $19–$20, at most $21.
SELECT * FROM requests WHERE authority_id = $1 AND (year, number) > ($19, $20) AND {wanted}
ORDER BY year, number LIMIT $21

-- name: listed_page
-- The requests that match, with their total: sorted by $19 (descending if $20), $21 of them after $22. At least one
-- row; without a request if the page is empty. Whole rows are read for the page only.
WITH wanted AS NOT MATERIALIZED (
    SELECT year, number,
           CASE $19 WHEN 'received_on' THEN received_on WHEN 'due_on' THEN due_on WHEN 'closed_on' THEN closed_on END
               AS day
    FROM requests WHERE authority_id = $1 AND {wanted}
), shown AS (
    SELECT year, number, row_number() OVER () AS nth FROM (
        SELECT * FROM wanted
        ORDER BY
          CASE WHEN NOT $20 THEN day END NULLS LAST, CASE WHEN $20 THEN day END DESC NULLS LAST,
          CASE WHEN NOT $20 THEN year END, CASE WHEN NOT $20 THEN number END, year DESC, number DESC
        LIMIT $21 OFFSET $22
    ) AS sorted
)
SELECT r.*, counted.found
FROM (SELECT count(*) AS found FROM wanted) AS counted
LEFT JOIN (shown JOIN requests AS r ON r.authority_id = $1 AND r.year = shown.year AND r.number = shown.number) ON true
ORDER BY shown.nth

-- name: parts
-- Requests split from request $2.
SELECT * FROM requests WHERE authority_id = $1 AND split_from = $2 ORDER BY year, number

-- name: streams_of_parts
-- Requests that are split from request $2 now, or may have been at position $3, because their receipts were amended
-- since.
SELECT 'request/' || {reference} AS stream FROM requests WHERE authority_id = $1 AND split_from = $2
UNION SELECT stream FROM events
WHERE authority_id = $1 AND position > $3 AND topic = 'entry_amended' AND starts_with(stream, 'request/')
  AND (convert_from(payload, 'UTF8')::json->>'version')::integer = 1

-- name: rows_named
-- The rows of these requests, years $2 and numbers $3, in this order.
SELECT r.* FROM unnest($2::integer[], $3::integer[]) WITH ORDINALITY AS wanted (year, number, nth)
JOIN requests AS r ON r.authority_id = $1 AND r.year = wanted.year AND r.number = wanted.number
ORDER BY wanted.nth

-- name: assigned_to
-- The officers that requests are assigned to, as recorded.
SELECT DISTINCT officer FROM requests WHERE authority_id = $1 AND officer IS NOT NULL

-- name: unarchived
-- Requests that are closed and, if answered, served, but not archived.
SELECT {reference}, served_on, unit, officer, subject FROM requests
WHERE authority_id = $1 AND stage = 'closed' AND (served_on IS NOT NULL OR closed_by <> 'answered')
ORDER BY year, number

-- name: streams_saying
-- Requests with an entry of the topics $2 that contains $7 in one of the fields $6, with the characters $8 read as
-- those of $9; the latest first, at most $4. The bytes of the whole entry are searched first for $3, a part without
-- such characters: decoding and parsing cost several times more. Entries corrected since are included.
WITH holding AS MATERIALIZED (
    SELECT stream, position, topic, convert_from(payload, 'UTF8')::json AS stored FROM events
    WHERE authority_id = $1 AND topic = ANY ($2::text[]) AND position <= $5 AND starts_with(stream, 'request/')
      AND position(convert_to($3, 'UTF8') IN payload) > 0
)
SELECT stream FROM holding
WHERE EXISTS (
    SELECT FROM unnest($6::text[]) AS field
    WHERE strpos(
        translate(CASE topic WHEN 'entry_amended' THEN stored->'replacement' ELSE stored END->>field, $8, $9), $7
    ) > 0
)
GROUP BY stream ORDER BY max(position) DESC LIMIT $4

-- name: entries_of_period
-- Events of the topics $4 of the requests received from day $2 to day $3, with these days; in no order.
SELECT received_on, stream, version, topic, payload, schema_version FROM (
    SELECT 'request/' || year || '-' || lpad(number::text, greatest(4, length(number::text)), '0') AS wanted, received_on
    FROM requests WHERE authority_id = $1 AND received_on BETWEEN $2 AND $3
) AS request
JOIN events ON authority_id = $1 AND stream = wanted AND topic = ANY ($4::text[])

-- name: streams_annulled
-- Requests whose receipt was annulled by position $2; it may have been restored since.
SELECT stream FROM events
WHERE authority_id = $1 AND position <= $2 AND topic = 'entry_amended' AND starts_with(stream, 'request/')
  AND convert_from(payload, 'UTF8')::json->>'version' = '1'
  AND convert_from(payload, 'UTF8')::json->>'replacement' IS NULL
GROUP BY stream ORDER BY min(position)

-- name: streams_numbered
-- Requests with a paper of the year $3 that has the document number $2, ignoring width, case, blanks and brackets.
SELECT stream FROM document_numbers
WHERE authority_id = $1 AND plain = $2 AND state = 'given' AND extract(year FROM on_date)::integer = $3
ORDER BY stream

-- name: last_document_numbers
-- For each form $2 and year $3 the highest number in use, and those above it that were withdrawn. $4: streams left
-- out, since their numbers are known otherwise. The highest is one row of the index, however many numbers the year
-- has.
SELECT form, year, coalesce(highest.serial, 0) AS last, ARRAY(
    SELECT serial FROM document_numbers AS n
    WHERE n.authority_id = $1 AND n.form = forms.form AND n.year = years.year
      AND serial > coalesce(highest.serial, 0) AND NOT stream = ANY ($4)
) AS withdrawn
FROM unnest($2::text[]) AS forms(form) CROSS JOIN unnest($3::integer[]) AS years(year) LEFT JOIN LATERAL (
    SELECT serial FROM document_numbers AS n
    WHERE n.authority_id = $1 AND n.form = forms.form AND n.year = years.year
      AND state <> 'withdrawn' AND NOT stream = ANY ($4)
    ORDER BY serial DESC LIMIT 1
) AS highest ON true

-- name: document_numbers
-- Numbers of the forms $2 and year $3 above $4, in order, at most $5.
SELECT serial, document_no, stream, version, letter, on_date, state FROM document_numbers
WHERE authority_id = $1 AND form = ANY ($2) AND year = $3 AND serial > $4
ORDER BY serial, stream LIMIT $5

-- name: document_number_gaps
-- Numbers of the forms $2 and year $3 that no entry has, below the highest in use; at most $4 ranges.
SELECT before + 1 AS first, serial - 1 AS last FROM (
    SELECT serial, lag(serial, 1, 0) OVER (ORDER BY serial) AS before,
           max(serial) FILTER (WHERE state <> 'withdrawn') OVER () AS highest
    FROM document_numbers WHERE authority_id = $1 AND form = ANY ($2) AND year = $3
) AS numbers
WHERE serial > before + 1 AND serial <= highest ORDER BY serial LIMIT $4

-- name: write_document_numbers
-- Write document numbers of requests from JSON.
INSERT INTO document_numbers (authority_id, stream, plain, document_no, letter, on_date, version, state, form, year, serial)
SELECT $1, n.stream, n.plain, n.document_no, n.letter, n."on", n.version, n.state, n.form, n.year, n.serial
FROM heads AS head, json_to_recordset($2::json)
    AS n (stream text, plain text, document_no text, letter text, "on" date, version integer, state text, form text,
          year integer, serial integer)
WHERE head.authority_id = $1
ON CONFLICT (authority_id, stream, plain) DO UPDATE SET
    document_no = excluded.document_no, letter = excluded.letter, on_date = excluded.on_date,
    version = excluded.version, state = excluded.state

-- name: all_document_numbers
-- All document numbers, for verification.
SELECT * FROM document_numbers WHERE authority_id = $1

-- name: clear_document_numbers
-- A rebuild begins without document numbers.
DELETE FROM document_numbers WHERE authority_id = $1

-- name: possible_duplicates
-- For each request that a table of the period $2–$3 counts, how many others have the same applicant and the same day
-- of receipt or the same subject, and the first three of them.
SELECT year, number, same_day, count(*) AS others,
       (array_agg(other_year ORDER BY other_year, other_number))[1:3] AS years,
       (array_agg(other_number ORDER BY other_year, other_number))[1:3] AS numbers
FROM (
  SELECT DISTINCT one.year, one.number, other.year AS other_year, other.number AS other_number,
         one.received_on = other.received_on AS same_day
  FROM applicant_tokens AS t
  JOIN applicant_tokens AS u ON u.authority_id = t.authority_id AND u.token = t.token
      AND (u.year, u.number) <> (t.year, t.number)
  JOIN requests AS one ON one.authority_id = t.authority_id AND one.year = t.year AND one.number = t.number
  JOIN requests AS other ON other.authority_id = u.authority_id AND other.year = u.year AND other.number = u.number
  WHERE t.authority_id = $1 AND t.kind <> 'agent' AND NOT t.restricted AND NOT u.restricted
    AND one.received_on <= $3 AND (one.closed_on IS NULL OR one.closed_on >= $2)
    AND (one.received_on = other.received_on OR one.subject = other.subject)
) AS pairs
GROUP BY year, number, same_day
ORDER BY year, number, same_day

-- name: streams_of_day
-- Requests with an entry, or a replacement of one, dated $2.
SELECT DISTINCT stream FROM events
WHERE authority_id = $1 AND position <= $3 AND starts_with(stream, 'request/')
  AND strpos(convert_from(payload, 'UTF8'), '"on":"' || $2 || '"') > 0
ORDER BY stream

-- name: row
-- One request's row.
SELECT * FROM requests WHERE authority_id = $1 AND year = $2 AND number = $3

-- name: sealed
-- Vault rows by id.
SELECT id, field, key_id, salt, nonce, ciphertext FROM vault WHERE authority_id = $1 AND id = ANY ($2::text[])

-- name: standing
-- Requests received by day $2 and not closed, and how many of them are overdue; a due date in a year without a holiday
-- notice ($3: years that have one) is provisional and not overdue.
SELECT count(*) AS open, count(*) FILTER (WHERE due_on < $2
       AND NOT ((provisional OR timeliness IS NOT DISTINCT FROM 'provisional') AND EXISTS (
         SELECT FROM generate_series(extract(year FROM started_on)::integer, extract(year FROM due_on)::integer) AS year
         WHERE year <> ALL ($3::integer[])))) AS overdue
FROM requests WHERE authority_id = $1 AND received_on <= $2 AND closed_on IS NULL

-- name: is_read_only
-- Whether nothing can be recorded: a standby, or a primary that was demoted. Fails if the program's tables are
-- missing.
SELECT current_setting('transaction_read_only')::boolean FROM (SELECT count(*) FROM vault_keys) AS there

-- name: is_replica
-- Whether the database is a standby: it follows another one and is read-only until it is promoted.
SELECT pg_is_in_recovery()

-- name: vault_keys
-- All keys that the vault has ever used.
SELECT key_id, fingerprint FROM vault_keys

-- name: machines
-- Machines seen in the last five minutes.
SELECT machine FROM machines WHERE seen_at > clock_timestamp() - interval '5 minutes' ORDER BY machine

-- name: machines_without
-- Machines seen in the last five minutes that lack the vault key $1.
SELECT machine FROM machines
WHERE seen_at > clock_timestamp() - interval '5 minutes' AND NOT $1 = ANY (vault_keys) ORDER BY machine

-- name: announce_machine
-- Machine $1 is running and has the vault keys $2; announced once a minute, or when they change.
INSERT INTO machines (machine, seen_at, vault_keys) VALUES ($1, clock_timestamp(), $2)
ON CONFLICT (machine) DO UPDATE SET seen_at = excluded.seen_at, vault_keys = excluded.vault_keys
WHERE machines.vault_keys <> excluded.vault_keys OR machines.seen_at < excluded.seen_at - interval '1 minute'

-- name: forget_machines
-- Remove machines not seen for thirty days, since containers come and go.
DELETE FROM machines WHERE seen_at < clock_timestamp() - interval '30 days'

-- name: signing_keys
-- All keys that have ever signed checkpoints, by name.
SELECT name, public FROM signing_keys

-- name: add_signing_key
-- The key $1 signs from now on; if two machines add one, the first is kept.
INSERT INTO signing_keys (name, public) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: add_vault_key
-- The key is used from now on.
INSERT INTO vault_keys (key_id, fingerprint, suite) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING

-- name: add_sealer
-- The row that is locked to sign checkpoints, created when it is first needed.
INSERT INTO sealers (authority_id) VALUES ($1) ON CONFLICT DO NOTHING

-- name: hold_sealer
-- Lock the right to sign until commit: one process signs at a time. Returns the leaf format of the next entry.
SELECT head.leaf_format FROM sealers JOIN heads AS head USING (authority_id) WHERE authority_id = $1 FOR UPDATE OF sealers

-- name: hold_head
-- Lock the head while a log changes its suite, so that nothing is recorded until that is committed. Returns its
-- position.
SELECT position FROM heads WHERE authority_id = $1 FOR UPDATE

-- name: set_leaf_format
-- The format of all leaves from here on.
UPDATE heads SET leaf_format = $2 WHERE authority_id = $1

-- name: last_checkpoint
-- The newest checkpoint of the log $2, without the leaf hashes.
SELECT size, nth, note, peaks FROM checkpoints WHERE authority_id = $1 AND log = $2 ORDER BY size DESC, nth DESC LIMIT 1

-- name: any_checkpoint
-- A row if anything of the authority was ever signed.
SELECT size FROM checkpoints WHERE authority_id = $1 LIMIT 1

-- name: checkpoints
-- Checkpoints of the log $2 up to size $3 (null: all), the smallest first.
SELECT size, note, leaves, sealed_at FROM checkpoints
WHERE authority_id = $1 AND log = $2 AND size <= coalesce($3, 9223372036854775807) ORDER BY size, nth

-- name: add_checkpoint
-- A checkpoint of the log $2 of a size that has none (nth 0), or a further one where the log changes its suite; the
-- key rejects any other.
INSERT INTO checkpoints (authority_id, log, size, nth, note, leaves, peaks) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: checkpoint_lag
-- The number of entries without a checkpoint, and the age of the oldest of them in seconds.
SELECT count(*) AS entries, extract(epoch FROM clock_timestamp() - min(recorded_at))::float8 AS seconds
FROM events
WHERE authority_id = $1
  AND position > coalesce((SELECT max(size) FROM checkpoints WHERE authority_id = $1 AND log = 'events'), 0)

-- name: number_accesses
-- Give positions, in order of time, and the leaf format $3 to lines of the access log that are new since the last
-- checkpoint; at most $2.
UPDATE access_log AS line SET position = waiting.position, leaf_format = $3
FROM (
    SELECT at, id, row_number() OVER (ORDER BY at, id) + greatest(
        coalesce((SELECT max(position) FROM access_log WHERE authority_id = $1), 0),
        coalesce((SELECT max(size) FROM checkpoints WHERE authority_id = $1 AND log = 'accesses'), 0)
    ) AS position
    FROM access_log WHERE authority_id = $1 AND position IS NULL ORDER BY at, id LIMIT $2
) AS waiting
WHERE line.authority_id = $1 AND line.at = waiting.at AND line.id = waiting.id

-- name: last_access
-- The last position in the access log; null if there is none.
SELECT max(position) FROM access_log WHERE authority_id = $1

-- name: accesses_by_position
-- Lines of the access log by position, both ends inclusive.
SELECT {access}, position, leaf_format FROM access_log
WHERE authority_id = $1 AND position >= $2 AND position <= coalesce($3, 9223372036854775807) ORDER BY position

-- name: access_line
-- One line of the access log by its id.
SELECT {access}, position, leaf_format FROM access_log WHERE authority_id = $1 AND id = $2

-- name: last_access_before
-- The last position such that all lines up to it are from before moment $2; null if there is none.
SELECT coalesce(min(position) FILTER (WHERE at >= $2) - 1, max(position)) AS through, min(position) AS first, min(at) AS since
FROM access_log WHERE authority_id = $1 AND position IS NOT NULL

-- name: access_positions
-- The positions of the lines from moment $2 to before moment $3, and of one line on each side; up to position $4.
SELECT greatest(coalesce(min(position) FILTER (WHERE $2::timestamptz IS NULL OR at >= $2) - 1, max(position)),
                min(position)) AS first,
       least(coalesce(max(position) FILTER (WHERE $3::timestamptz IS NULL OR at < $3) + 1, min(position)),
             max(position)) AS last
FROM access_log WHERE authority_id = $1 AND position <= $4

-- name: access_checkpoint_lag
-- The number of lines of the access log without a checkpoint, and the age of the oldest of them in seconds.
SELECT count(*) AS entries, extract(epoch FROM clock_timestamp() - min(at))::float8 AS seconds
FROM access_log
WHERE authority_id = $1
  AND (position IS NULL
       OR position > coalesce((SELECT max(size) FROM checkpoints WHERE authority_id = $1 AND log = 'accesses'), 0))

-- name: accesses_sealed_since
-- How many seconds ago the register got checkpoints of its access log; releases before had none.
SELECT extract(epoch FROM clock_timestamp() - applied_at)::float8 FROM migrations
WHERE name LIKE '%proved_accesses.sql'

-- name: all_rows
-- The whole register, for comparison with a replay.
SELECT * FROM requests WHERE authority_id = $1

-- name: all_spells
-- All appeals of the register.
SELECT * FROM appeal_spells WHERE authority_id = $1

-- name: positions_between
-- First and last position of the entries recorded from moment $2 to before $3.
SELECT min(position) AS first, max(position) AS last FROM events
WHERE authority_id = $1 AND ($2::timestamptz IS NULL OR recorded_at >= $2)
  AND ($3::timestamptz IS NULL OR recorded_at < $3)

-- name: entries_of_bundle
-- Entries from position $2 to $3, with the earlier entries of the same requests, of the authority and of its reports.
SELECT {entry}
FROM events
WHERE authority_id = $1 AND position <= $3
  AND (position >= $2 OR stream = 'authority' OR starts_with(stream, 'report/')
       OR stream IN (SELECT stream FROM events WHERE authority_id = $1 AND position >= $2 AND position <= $3))
ORDER BY position

-- name: erase_values
-- Erase personal data: vault rows and documents $2, and the blind index of the request $3-$4.
WITH texts AS (
    DELETE FROM vault WHERE authority_id = $1 AND id = ANY ($2::text[])
), pieces AS (
    DELETE FROM document_pieces WHERE authority_id = $1 AND id = ANY ($2::text[])
), files AS (
    DELETE FROM documents WHERE authority_id = $1 AND id = ANY ($2::text[])
)
DELETE FROM applicant_tokens WHERE authority_id = $1 AND year = $3 AND number = $4

-- name: add_applicant_tokens
-- Add to the blind index, for applicants entered or corrected, or resealed; as JSON, tokens in base64.
SELECT index_applicants($1, $2)

-- name: forget_applicant
-- Remove an applicant's tokens before the corrected one is indexed.
DELETE FROM applicant_tokens WHERE authority_id = $1 AND year = $2 AND number = $3

-- name: restrict_applicant
-- A restricted applicant is not searched until the restriction is lifted.
UPDATE applicant_tokens SET restricted = $4 WHERE authority_id = $1 AND year = $2 AND number = $3

-- name: same_applicant
-- Other requests than $3-$4 with one of the tokens $2, the latest first. Annulled ones are not in the register.
SELECT r.year, r.number, r.received_on, r.closed_on, r.stage, r.outcome, r.subject, array_agg(DISTINCT t.kind ORDER BY t.kind DESC) AS matched
FROM applicant_tokens AS t
JOIN requests AS r ON r.authority_id = t.authority_id AND r.year = t.year AND r.number = t.number
WHERE t.authority_id = $1 AND t.token = ANY ($2::bytea[]) AND NOT t.restricted
  AND (t.year, t.number) <> ($3, $4)
GROUP BY r.year, r.number, r.received_on, r.closed_on, r.stage, r.outcome, r.subject
ORDER BY r.received_on DESC, r.year DESC, r.number DESC

-- name: lacks_names
-- Whether the index has any request with tokens but without a name.
SELECT EXISTS (
    SELECT FROM applicant_tokens AS t
    WHERE t.authority_id = $1 AND NOT EXISTS (
        SELECT FROM applicant_tokens AS n
        WHERE n.authority_id = t.authority_id AND n.year = t.year AND n.number = t.number AND n.kind = 'name'
    )
)

-- name: without_names
-- Requests after stream $2, also annulled ones, without a name in the index; in order, at most $3.
SELECT e.stream FROM events AS e
WHERE e.authority_id = $1 AND e.version = 1 AND starts_with(e.stream, 'request/') AND e.stream > $2 AND NOT EXISTS (
    SELECT FROM applicant_tokens AS n
    WHERE n.authority_id = e.authority_id AND n.kind = 'name'
      AND n.year = split_part(substr(e.stream, 9), '-', 1)::integer AND n.number = split_part(e.stream, '-', 2)::integer
)
ORDER BY e.stream LIMIT $3

-- name: tokens_under_other_keys
-- Applicants whose tokens were made with another key than $2, at most $3.
SELECT DISTINCT sealed_id, year, number, position, restricted FROM applicant_tokens
WHERE authority_id = $1 AND key_id <> $2 LIMIT $3

-- name: vault_under_other_keys
-- Vault rows sealed with another key than $2, after id $3 in order, at most $4; locked until commit.
SELECT id, field, key_id, salt, nonce, ciphertext FROM vault
WHERE authority_id = $1 AND key_id <> $2 AND id > $3 ORDER BY id LIMIT $4 FOR UPDATE

-- name: reseal_vault
-- Replace the rows $3, as JSON, by those sealed with key $2.
UPDATE vault SET key_id = $2, nonce = decode(v.nonce, 'base64'), ciphertext = decode(v.ciphertext, 'base64')
FROM json_to_recordset($3::json) AS v (id text, nonce text, ciphertext text)
WHERE vault.authority_id = $1 AND vault.id = v.id

-- name: pieces_under_other_keys
-- Pieces of documents sealed with another key than $2, after piece $4 of $3 in order, at most $5; locked until commit.
SELECT p.id, p.nth, p.key_id, p.nonce, p.ciphertext, d.pieces
FROM document_pieces AS p JOIN documents AS d ON d.authority_id = p.authority_id AND d.id = p.id
WHERE p.authority_id = $1 AND p.key_id <> $2 AND (p.id, p.nth) > ($3, $4)
ORDER BY p.id, p.nth LIMIT $5 FOR UPDATE OF p

-- name: reseal_piece
-- Replace one piece of a document by that sealed with another key.
UPDATE document_pieces SET key_id = $4, nonce = $5, ciphertext = $6
WHERE authority_id = $1 AND id = $2 AND nth = $3

-- name: under_keys
-- The number of values, pieces of documents and tokens under each key.
SELECT key_id, count(*) AS held FROM (
    SELECT key_id FROM vault WHERE authority_id = $1
    UNION ALL SELECT key_id FROM document_pieces WHERE authority_id = $1
    UNION ALL SELECT key_id FROM applicant_tokens WHERE authority_id = $1
) AS all_of_them GROUP BY key_id

-- name: add_document
-- A document whose pieces are stored.
INSERT INTO documents (authority_id, id, salt, size_bytes, pieces) VALUES ($1, $2, $3, $4, $5)

-- name: add_piece
-- One piece of a document.
INSERT INTO document_pieces (authority_id, id, nth, key_id, nonce, ciphertext) VALUES ($1, $2, $3, $4, $5, $6)

-- name: document
-- A document; no row if it was erased.
SELECT salt, size_bytes, pieces FROM documents WHERE authority_id = $1 AND id = $2

-- name: documents_of_size
-- Ids and salts of the documents of $2 bytes, to find out whether a file is one of them.
SELECT id, salt FROM documents WHERE authority_id = $1 AND size_bytes = $2

-- name: document_salts
-- Salts of those documents $2 that still exist: with its salt a document can be compared with its commitment.
SELECT id, salt FROM documents WHERE authority_id = $1 AND id = ANY ($2::text[])

-- name: filed_as
-- The entry that filed the document $2. Reads all entries that filed one, so it is used only once the file is known.
SELECT stream, version, position FROM events
WHERE authority_id = $1 AND topic = 'document_filed'
  AND position('"content":{"id":"' || $2 || '"' IN convert_from(payload, 'UTF8')) > 0

-- name: documents_kept
-- Which of the documents $2 still exist.
SELECT id FROM documents WHERE authority_id = $1 AND id = ANY ($2::text[])

-- name: piece
-- One piece of a document.
SELECT key_id, nonce, ciphertext FROM document_pieces WHERE authority_id = $1 AND id = $2 AND nth = $3

-- name: add_account
-- Create an account; no row if the officer has one. $5: the first password must be changed.
INSERT INTO accounts (authority_id, officer, display_name, password_hash, changed_at, must_change, active_at)
VALUES ($1, $2, $3, $4, now(), $5, now()) ON CONFLICT DO NOTHING RETURNING officer

-- name: account
-- One account. expired: its password is older than $3; idle: no login for $4; null: no limit.
SELECT *, coalesce(changed_at < now() - $3::interval, false) AS expired,
       coalesce(active_at < now() - $4::interval, false) AS idle
FROM accounts WHERE authority_id = $1 AND officer = $2

-- name: account_exists
-- Whether an officer has an account.
SELECT officer FROM accounts WHERE authority_id = $1 AND officer = $2

-- name: hold_account
-- Lock the account; others wait.
SELECT officer FROM accounts WHERE authority_id = $1 AND officer = $2 FOR UPDATE

-- name: accounts
-- All accounts, and whether they are locked now.
SELECT officer, display_name, changed_at, must_change, failures, last_login_at, disabled_at,
       CASE WHEN locked_until > now() THEN locked_until END AS locked_until
FROM accounts WHERE authority_id = $1 ORDER BY officer

-- name: account_names
-- The names of the officers.
SELECT officer, display_name FROM accounts WHERE authority_id = $1

-- name: attempt
-- Count a login before its password is checked, so that many at once are treated like one after another; from number
-- $3 on, lock the account for $4. No row: it is locked, or does not exist.
UPDATE accounts
SET failures = CASE WHEN locked_until IS NULL THEN failures + 1 ELSE 1 END,
    locked_until = CASE WHEN locked_until IS NULL AND failures + 1 >= $3 THEN moment.now + $4::interval END
FROM (SELECT now() AS now) AS moment
WHERE authority_id = $1 AND officer = $2 AND (locked_until IS NULL OR locked_until <= now())
RETURNING password_hash, locked_until IS NOT NULL AS locked

-- name: attempt_taken_back
-- The password was right and no code must follow: reset the count of failures.
UPDATE accounts SET failures = 0, locked_until = NULL WHERE authority_id = $1 AND officer = $2

-- name: attempt_uncounted
-- The password was right, and a code must follow: earlier failures stay counted.
UPDATE accounts SET failures = greatest(failures - 1, 0), locked_until = NULL WHERE authority_id = $1 AND officer = $2

-- name: succeeded
-- The officer has logged in.
UPDATE accounts SET failures = 0, locked_until = NULL, last_login_at = now(), active_at = now()
WHERE authority_id = $1 AND officer = $2

-- name: unlock_account
-- Unlock an account, also a disabled one. No row if there is none.
UPDATE accounts SET failures = 0, locked_until = NULL, disabled_at = NULL, active_at = now()
WHERE authority_id = $1 AND officer = $2 RETURNING officer

-- name: disable_account
-- Disable an account. No row if there is none.
UPDATE accounts SET disabled_at = coalesce(disabled_at, moment.now)
FROM (SELECT now() AS now) AS moment
WHERE authority_id = $1 AND officer = $2 RETURNING officer

-- name: set_password
-- Change the password from the one with hash $5; no row if it was changed meanwhile.
UPDATE accounts SET password_hash = $3, must_change = $4, changed_at = now(), failures = 0, locked_until = NULL
WHERE authority_id = $1 AND officer = $2 AND password_hash = $5 RETURNING officer

-- name: add_former_password
-- Remember the hash that was in use until now.
INSERT INTO former_passwords (authority_id, officer, replaced_at, password_hash) VALUES ($1, $2, clock_timestamp(), $3)

-- name: former_passwords
-- The last $3 hashes that were in use before the current one.
SELECT password_hash FROM former_passwords
WHERE authority_id = $1 AND officer = $2 ORDER BY replaced_at DESC LIMIT $3

-- name: source_failures
-- Wrong passwords from an address within the last $3.
SELECT failures FROM login_sources WHERE authority_id = $1 AND source = $2 AND failed_at > now() - $3::interval

-- name: source_failed
-- One more wrong password; the count begins again if the last one is longer ago than $3.
INSERT INTO login_sources (authority_id, source, failures, failed_at) VALUES ($1, $2, 1, now())
ON CONFLICT (authority_id, source) DO UPDATE
SET failures = CASE WHEN login_sources.failed_at > excluded.failed_at - $3::interval
                    THEN login_sources.failures + 1 ELSE 1 END,
    failed_at = excluded.failed_at
RETURNING failures

-- name: forget_sources
-- Remove addresses without a wrong password for $2.
DELETE FROM login_sources WHERE authority_id = $1 AND failed_at <= now() - $2::interval

-- name: add_session
-- A new session. $8: what it still needs; $9: whether a code of the second factor was just given; $10: or when, at the
-- identity provider; $11: the provider's session id, null for a login without the provider.
INSERT INTO sessions (authority_id, digest, id, officer, powers, must_change, source, created_at, seen_at, awaits,
                      proven_at, provider_session)
VALUES ($1, $2, $3, $4, $5, $6, $7, now(), now(), $8, CASE WHEN $9 THEN now() ELSE $10 END, $11)

-- name: session
-- A valid session ($3 without a call, $4 in all) of an enabled account, and the head's version of the authority's own
-- stream. resting: its use was not noted for $5, and can be. replica: as `is_replica`.
SELECT head.position, head.recorded_at, head.authority_version, head.law_digest, now() AS now,
       pg_is_in_recovery() AS replica, s.id, s.officer, s.powers, s.must_change, s.seen_at <= now() - $5::interval AND NOT pg_is_in_recovery() AS resting, s.awaits, s.proven_at
FROM sessions AS s
JOIN accounts AS a ON a.authority_id = s.authority_id AND a.officer = s.officer AND a.disabled_at IS NULL
JOIN heads AS head ON head.authority_id = s.authority_id
WHERE s.authority_id = $1 AND s.digest = $2
  AND s.seen_at > now() - $3::interval AND s.created_at > now() - $4::interval

-- name: is_by_provider
-- Whether the session began with a login at the identity provider.
SELECT provider_session IS NOT NULL FROM sessions WHERE authority_id = $1 AND digest = $2

-- name: emergency_logins
-- The number of logins within $2 in which an administrator used a password that is for emergencies.
SELECT count(*) FROM access_log WHERE authority_id = $1 AND act = 'emergency_login' AND at > now() - $2::interval

-- name: session_seen
-- A call was made with the session.
UPDATE sessions SET seen_at = now() WHERE authority_id = $1 AND digest = $2

-- name: session_proven
-- The second factor was given in the session.
UPDATE sessions SET awaits = '', proven_at = now() WHERE authority_id = $1 AND digest = $2

-- name: sessions_of
-- An officer's valid sessions, the newest first.
SELECT id, source, created_at, seen_at FROM sessions
WHERE authority_id = $1 AND officer = $2
  AND seen_at > now() - $3::interval AND created_at > now() - $4::interval
ORDER BY created_at DESC, id

-- name: end_session
-- End the session of a browser's cookie.
DELETE FROM sessions WHERE authority_id = $1 AND digest = $2 RETURNING officer

-- name: end_session_named
-- End one of an officer's sessions, by its id.
DELETE FROM sessions WHERE authority_id = $1 AND officer = $2 AND id = $3 RETURNING id

-- name: end_sessions_of
-- End all of an officer's sessions.
DELETE FROM sessions WHERE authority_id = $1 AND officer = $2

-- name: end_other_sessions_of
-- End all of an officer's sessions but this one.
DELETE FROM sessions WHERE authority_id = $1 AND officer = $2 AND digest <> $3

-- name: remove_ended_sessions
-- Remove expired sessions: $2 without a call, $3 in all.
DELETE FROM sessions
WHERE authority_id = $1 AND (seen_at <= now() - $2::interval OR created_at <= now() - $3::interval) RETURNING id

-- name: credentials
-- Valid sessions ($2 without a call, $3 in all), keys and calendar addresses, or only the one with the id $4; by
-- holder, the newest first.
SELECT * FROM (
    SELECT 'session' AS kind, id, officer AS holder, '' AS name, source, created_at, seen_at AS used_at,
           created_at + $3::interval AS expires_at
    FROM sessions
    WHERE authority_id = $1 AND seen_at > now() - $2::interval AND created_at > now() - $3::interval
    UNION ALL
    SELECT 'key', id, officer, name, used_from, created_at, used_at, expires_at
    FROM api_keys WHERE authority_id = $1 AND revoked_at IS NULL AND expires_at > now()
    UNION ALL
    SELECT 'service_key', id, service, '', used_from, created_at, used_at, expires_at
    FROM service_keys WHERE authority_id = $1 AND revoked_at IS NULL AND expires_at > now()
    UNION ALL
    SELECT 'calendar', id, officer, '', NULL, created_at, used_at, NULL
    FROM calendar_keys WHERE authority_id = $1 AND revoked_at IS NULL
) AS held
WHERE $4::text IS NULL OR id = $4
ORDER BY holder, created_at DESC, id

-- name: arrived_from
-- A login of an officer from a place; of the first one they know.
INSERT INTO login_places (authority_id, officer, source, first_at, last_at, told_in)
SELECT head.authority_id, $2, $3, now(), now(),
       CASE WHEN NOT EXISTS (SELECT FROM login_places WHERE authority_id = $1 AND officer = $2) THEN '' END
FROM heads AS head WHERE head.authority_id = $1
ON CONFLICT (authority_id, officer, source) DO UPDATE SET last_at = excluded.last_at

-- name: announce_places
-- Mark new addresses as announced in session $4, if its own address $3 was announced before or first used over 30 days ago.
UPDATE login_places AS new SET told_in = $4
FROM login_places AS here
WHERE new.authority_id = $1 AND new.officer = $2 AND new.told_in IS NULL AND new.source <> $3
  AND here.authority_id = $1 AND here.officer = $2 AND here.source = $3
  AND (here.told_in IS NOT NULL OR here.first_at < now() - interval '30 days')

-- name: new_places
-- New addresses announced in session $4, or not yet announced; $3 is the session's own. At most twenty, newest first.
SELECT source, first_at FROM login_places
WHERE authority_id = $1 AND officer = $2 AND source <> $3 AND (told_in = $4 OR told_in IS NULL)
ORDER BY first_at DESC LIMIT 20

-- name: logins_since
-- How often an officer has logged in since $3, in any way, including this session's login.
SELECT count(*) FROM access_log
WHERE authority_id = $1 AND at > $3 AND actor = $2 AND act IN ('login', 'provider_login', 'emergency_login') AND result = 'done'

-- name: forget_places
-- Remove addresses not used for more than a year.
DELETE FROM login_places WHERE authority_id = $1 AND last_at < now() - interval '400 days'

-- name: enrol
-- Begin enrolling a second factor, which must be confirmed; it replaces an unconfirmed one. Returns the id of the
-- former secret, if any.
WITH former AS (SELECT sealed_id FROM second_factors WHERE authority_id = $1 AND officer = $2), enrolled AS (
    INSERT INTO second_factors (authority_id, officer, sealed_id, enrolled_at)
    SELECT head.authority_id, $2, $3, now() FROM heads AS head WHERE head.authority_id = $1
    ON CONFLICT (authority_id, officer) DO UPDATE SET sealed_id = excluded.sealed_id, enrolled_at = excluded.enrolled_at
    WHERE second_factors.confirmed_at IS NULL RETURNING officer)
SELECT enrolled.officer, former.sealed_id FROM enrolled LEFT JOIN former ON true

-- name: second_factor
-- An officer's second factor, locked: of two codes at once one is checked after the other. left: recovery codes.
SELECT sealed_id, last_step, confirmed_at, now() AS now,
       (SELECT count(*) FROM recovery_codes AS code WHERE code.authority_id = $1 AND code.officer = $2) AS left
FROM second_factors WHERE authority_id = $1 AND officer = $2 FOR UPDATE

-- name: has_second_factor
-- Whether the officer has a second factor in force, of any kind.
SELECT FROM second_factors WHERE authority_id = $1 AND officer = $2 AND confirmed_at IS NOT NULL
UNION ALL SELECT FROM passkeys WHERE authority_id = $1 AND officer = $2
LIMIT 1

-- name: has_codes
-- Whether the officer has one-time codes in force.
SELECT FROM second_factors WHERE authority_id = $1 AND officer = $2 AND confirmed_at IS NOT NULL

-- name: officers_with_second_factor
-- Officers with a second factor in force, of any kind.
SELECT officer FROM second_factors WHERE authority_id = $1 AND confirmed_at IS NOT NULL
UNION SELECT officer FROM passkeys WHERE authority_id = $1 ORDER BY officer

-- name: take_code
-- The code of a time step was given: it and earlier ones are used up, and an unconfirmed factor is now in force.
UPDATE second_factors SET last_step = $3, confirmed_at = coalesce(confirmed_at, moment.now)
FROM (SELECT now() AS now) AS moment
WHERE authority_id = $1 AND officer = $2

-- name: add_recovery_codes
-- Replace the recovery codes.
INSERT INTO recovery_codes (authority_id, officer, digest)
SELECT head.authority_id, $2, unnest($3::bytea[]) FROM heads AS head WHERE head.authority_id = $1

-- name: recovery_codes_left
-- How many recovery codes an officer has not used.
SELECT count(*) FROM recovery_codes WHERE authority_id = $1 AND officer = $2

-- name: remove_recovery_codes
-- Remove all recovery codes of an officer.
DELETE FROM recovery_codes WHERE authority_id = $1 AND officer = $2

-- name: take_recovery_code
-- Whether there was such a code; it is removed.
DELETE FROM recovery_codes WHERE authority_id = $1 AND officer = $2 AND digest = $3 RETURNING officer

-- name: remove_second_factor
-- Remove it; returns the id of its secret, which is removed too.
DELETE FROM second_factors WHERE authority_id = $1 AND officer = $2 RETURNING sealed_id

-- name: proof_of
-- Whether the second factor was given in the session within $3, or earlier, or never; locked, so that the session does
-- not end meanwhile.
SELECT CASE WHEN awaits <> '' OR proven_at IS NULL THEN 'none' WHEN proven_at > now() - $3::interval THEN 'fresh' ELSE 'stale' END
FROM sessions
WHERE authority_id = $1 AND digest = $2 FOR UPDATE

-- name: challenge
-- The challenge that a passkey must sign in the session for the purpose $3: an unused one younger than $5, otherwise
-- $4.
UPDATE sessions
SET challenge = CASE WHEN kept.it THEN challenge ELSE $4 END,
    challenged_at = CASE WHEN kept.it THEN challenged_at ELSE kept.now END, challenged_for = $3
FROM (SELECT now() AS now, coalesce(challenged_for = $3 AND challenged_at > now() - $5::interval, false) AS it
      FROM sessions WHERE authority_id = $1 AND digest = $2 FOR UPDATE) AS kept
WHERE authority_id = $1 AND digest = $2 RETURNING challenge

-- name: take_challenge
-- Use up the challenge, whether the signature is right or not. No row: there was none for this purpose within $4.
UPDATE sessions SET challenge = NULL, challenged_for = NULL, challenged_at = NULL
FROM (SELECT challenge AS taken FROM sessions
      WHERE authority_id = $1 AND digest = $2 AND challenged_for = $3 AND challenged_at > now() - $4::interval
      FOR UPDATE) AS former
WHERE authority_id = $1 AND digest = $2 RETURNING former.taken

-- name: add_passkey
-- Add a passkey. No row if somebody has it already.
INSERT INTO passkeys (authority_id, id, officer, name, credential_id, credential, sign_count, added_at)
SELECT head.authority_id, $2, $3, $4, $5, $6, $7, now() FROM heads AS head WHERE head.authority_id = $1
ON CONFLICT DO NOTHING RETURNING id

-- name: passkeys
-- An officer's passkeys, the oldest first, locked: of two uses at once one is checked after the other.
SELECT id, name, credential_id, credential, sign_count, added_at, used_at
FROM passkeys WHERE authority_id = $1 AND officer = $2 ORDER BY added_at, id FOR UPDATE

-- name: passkey_used
-- Store the passkey's own counter of uses.
UPDATE passkeys SET sign_count = $3, used_at = now() WHERE authority_id = $1 AND id = $2

-- name: remove_passkey
-- Remove one of an officer's passkeys.
DELETE FROM passkeys WHERE authority_id = $1 AND officer = $2 AND id = $3 RETURNING id

-- name: remove_passkeys
-- Remove all of an officer's passkeys.
DELETE FROM passkeys WHERE authority_id = $1 AND officer = $2

-- name: add_to_vault
-- One sealed value that no event names.
INSERT INTO vault (authority_id, id, field, key_id, salt, nonce, ciphertext) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: remove_from_vault
-- One sealed value that no event names.
DELETE FROM vault WHERE authority_id = $1 AND id = $2

-- name: add_key
-- A key that is valid for so many days.
INSERT INTO api_keys (authority_id, digest, id, officer, name, acts, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now(), now() + $7::interval) RETURNING expires_at

-- name: key
-- A valid key of an enabled account; as for a session. resting: its use was not noted for $3.
SELECT head.position, head.recorded_at, head.authority_version, head.law_digest, now() AS now,
       pg_is_in_recovery() AS replica, k.id, k.officer, k.acts,
       (coalesce(k.used_at <= now() - $3::interval, true) OR k.used_from IS DISTINCT FROM $4)
           AND NOT pg_is_in_recovery() AS resting
FROM api_keys AS k
JOIN accounts AS a ON a.authority_id = k.authority_id AND a.officer = k.officer AND a.disabled_at IS NULL
JOIN heads AS head ON head.authority_id = k.authority_id
WHERE k.authority_id = $1 AND k.digest = $2 AND k.revoked_at IS NULL AND k.expires_at > now()

-- name: key_used
-- A call was made with the key.
UPDATE api_keys SET used_at = now(), used_from = $3 WHERE authority_id = $1 AND digest = $2

-- name: keys
-- Keys of an officer, or of all where $2 is null; the newest first.
SELECT id, officer, name, acts, created_at, expires_at, revoked_at, used_at, expires_at > now() AND revoked_at IS NULL AS valid
FROM api_keys WHERE authority_id = $1 AND officer = coalesce($2, officer) ORDER BY created_at DESC, id

-- name: revoke_key
-- Revoke a valid key of an officer, or of anybody if $3 is null. No row if there is none.
UPDATE api_keys SET revoked_at = now()
WHERE authority_id = $1 AND id = $2 AND officer = coalesce($3, officer) AND revoked_at IS NULL RETURNING officer

-- name: add_service_key
-- A key of a service account that is valid for so many days. Its existing keys are valid for at most $6 from now on.
WITH overlapping AS (
    UPDATE service_keys SET expires_at = least(expires_at, now() + $6::interval)
    WHERE authority_id = $1 AND service = $4 AND revoked_at IS NULL AND expires_at > now()
)
INSERT INTO service_keys (authority_id, digest, id, service, created_at, expires_at)
VALUES ($1, $2, $3, $4, now(), now() + $5::interval) RETURNING expires_at

-- name: service_key
-- A valid key of a service account; as for a session. resting: its use was not noted for $3.
SELECT head.position, head.recorded_at, head.authority_version, head.law_digest, now() AS now,
       pg_is_in_recovery() AS replica, k.id, k.service,
       (coalesce(k.used_at <= now() - $3::interval, true) OR k.used_from IS DISTINCT FROM $4)
           AND NOT pg_is_in_recovery() AS resting
FROM service_keys AS k
JOIN heads AS head ON head.authority_id = k.authority_id
WHERE k.authority_id = $1 AND k.digest = $2 AND k.revoked_at IS NULL AND k.expires_at > now()

-- name: service_key_used
-- A call was made with the key.
UPDATE service_keys SET used_at = now(), used_from = $3 WHERE authority_id = $1 AND digest = $2

-- name: service_keys
-- Keys of all service accounts, the newest first.
SELECT id, service, created_at, expires_at, revoked_at, used_at, expires_at > now() AND revoked_at IS NULL AS valid
FROM service_keys WHERE authority_id = $1 ORDER BY created_at DESC, id

-- name: revoke_service_key
-- Revoke a valid one. No row if there is none.
UPDATE service_keys SET revoked_at = now()
WHERE authority_id = $1 AND service = $2 AND id = $3 AND revoked_at IS NULL RETURNING id

-- name: add_webhook
-- A webhook that delivers what is recorded after a position.
INSERT INTO webhooks (authority_id, id, service, url, secret_id, position) VALUES ($1, $2, $3, $4, $5, $6)

-- name: webhooks
-- All webhooks of an authority, the oldest first.
SELECT id, service, url, position, created_at, delivered_at, failures, failing_since, problem, paused_at
FROM webhooks WHERE authority_id = $1 ORDER BY created_at, id

-- name: has_webhooks
-- Whether the authority has a webhook.
SELECT EXISTS (SELECT FROM webhooks WHERE authority_id = $1)

-- name: remove_webhook
-- Remove a webhook. No row if there is none.
DELETE FROM webhooks WHERE authority_id = $1 AND id = $2 RETURNING secret_id

-- name: resume_webhook
-- Resume a webhook of a service account, or of any if $3 is null; after position $4, or where it is. A delivery in
-- progress is not stopped, and its result is ignored. No row if there is none.
UPDATE webhooks
SET position = least(coalesce($4::bigint, position), position), sending = CASE WHEN $4::bigint IS NULL THEN sending END,
    failures = 0, failing_since = NULL, problem = '', paused_at = NULL, next_at = now()
WHERE authority_id = $1 AND id = $2 AND service = coalesce($3::text, service) RETURNING id

-- name: claim_webhooks
-- Lease webhooks that are due, not leased, and have something new, to $2 for the time $3; each over at most $4
-- positions, or over the range that an earlier sender began.
UPDATE webhooks AS w
SET holder = $2, leased_until = now() + $3::interval,
    sending = coalesce(w.sending, least(w.position + $4::bigint, head.position))
FROM heads AS head
WHERE w.authority_id = $1 AND head.authority_id = $1 AND w.position < head.position
  AND w.paused_at IS NULL AND w.next_at <= now() AND w.leased_until <= now()
RETURNING w.id, w.service, w.url, w.secret_id, w.position, w.sending, w.failures, now() AS now

-- name: webhook_delivered
-- By the holder of the lease. $4: the delivery was not empty. If the webhook was set back meanwhile, its position is
-- not changed.
UPDATE webhooks
SET position = coalesce(sending, position), sending = NULL, holder = '', leased_until = '-infinity', failures = 0,
    failing_since = NULL, problem = '', next_at = moment.now, delivered_at = CASE WHEN $4 THEN moment.now ELSE delivered_at END
FROM (SELECT now() AS now) AS moment
WHERE authority_id = $1 AND id = $2 AND holder = $3

-- name: webhook_failed
-- By the holder of the lease: try again after $4, because of $5; pause it if it has failed for $6. Returns whether it
-- is paused.
UPDATE webhooks
SET holder = '', leased_until = '-infinity', failures = failures + 1, failing_since = coalesce(failing_since, moment.now),
    problem = $5, next_at = moment.now + $4::interval,
    paused_at = CASE WHEN moment.now - coalesce(failing_since, moment.now) >= $6::interval THEN moment.now END
FROM (SELECT now() AS now) AS moment
WHERE authority_id = $1 AND id = $2 AND holder = $3 RETURNING paused_at IS NOT NULL

-- name: set_mail_address
-- Replace an officer's address. Returns the vault id of the former one, if any.
WITH before AS (SELECT sealed_id FROM mail_addresses WHERE authority_id = $1 AND officer = $2),
put AS (
    INSERT INTO mail_addresses (authority_id, officer, sealed_id) VALUES ($1, $2, $3)
    ON CONFLICT (authority_id, officer) DO UPDATE SET sealed_id = excluded.sealed_id, set_at = excluded.set_at
)
SELECT sealed_id FROM before

-- name: remove_mail_address
-- Remove an officer's address. No row if there is none.
DELETE FROM mail_addresses WHERE authority_id = $1 AND officer = $2 RETURNING sealed_id

-- name: mail_address
-- The vault id of an officer's address.
SELECT sealed_id FROM mail_addresses WHERE authority_id = $1 AND officer = $2

-- name: has_mail_addresses
-- Whether any officer gets mail.
SELECT EXISTS (SELECT FROM mail_addresses WHERE authority_id = $1)

-- name: mails_of_officers
-- Officers with an address, and the state of the last digest of each.
SELECT a.officer, a.set_at, d.day, d.state, d.failures, d.problem, d.sent_at
FROM mail_addresses AS a
LEFT JOIN LATERAL (
    SELECT day, state, failures, problem, sent_at FROM digests
    WHERE authority_id = $1 AND officer = a.officer ORDER BY day DESC LIMIT 1
) AS d ON true
WHERE a.authority_id = $1 ORDER BY a.officer

-- name: addressees
-- Officers with an address, and whether their digest of day $2 was made.
SELECT a.officer, d.officer IS NOT NULL AS made
FROM mail_addresses AS a
LEFT JOIN digests AS d ON d.authority_id = $1 AND d.officer = a.officer AND d.day = $2
WHERE a.authority_id = $1 ORDER BY a.officer

-- name: add_digest
-- Add a digest, unless another process has added it.
INSERT INTO digests (authority_id, officer, day, id, state, subject, text) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (authority_id, officer, day) DO NOTHING

-- name: lapse_digests
-- Digests of days before $2 that were not sent lapse: the current day's digest includes their content.
UPDATE digests SET state = 'lapsed', subject = '', text = ''
WHERE authority_id = $1 AND day < $2 AND state = 'waiting' AND leased_until <= now()

-- name: forget_digests
-- Remove digests of days before $2.
DELETE FROM digests WHERE authority_id = $1 AND day < $2

-- name: claim_digests
-- Lease at most $5 digests of day $2 that are due and not leased, to $3 for the time $4. sealed_id: of the address.
UPDATE digests AS d
SET holder = $3, leased_until = now() + $4::interval
FROM mail_addresses AS a
WHERE d.authority_id = $1 AND d.day = $2 AND a.authority_id = $1 AND a.officer = d.officer
  AND d.state = 'waiting' AND d.next_at <= now() AND d.leased_until <= now()
  AND d.officer IN (
      SELECT officer FROM digests
      WHERE authority_id = $1 AND day = $2 AND state = 'waiting' AND next_at <= now() AND leased_until <= now()
      ORDER BY next_at, officer LIMIT $5
  )
RETURNING d.officer, d.id, d.subject, d.text, d.made_at, d.failures, a.sealed_id

-- name: digest_sent
-- The server has accepted the mail; regardless of the lease.
UPDATE digests SET state = 'sent', sent_at = now(), holder = '', problem = '', subject = '', text = ''
WHERE authority_id = $1 AND officer = $2 AND day = $3 AND state = 'waiting'

-- name: digest_failed
-- By the holder of the lease, because of $5: try again after $6, or never if it is null.
UPDATE digests
SET holder = '', leased_until = '-infinity', failures = failures + 1, problem = $5,
    next_at = coalesce(moment.now + $6::interval, next_at),
    state = CASE WHEN $6::interval IS NULL THEN 'refused' ELSE state END,
    subject = CASE WHEN $6::interval IS NULL THEN '' ELSE subject END,
    text = CASE WHEN $6::interval IS NULL THEN '' ELSE text END
FROM (SELECT now() AS now) AS moment
WHERE authority_id = $1 AND officer = $2 AND day = $3 AND holder = $4

-- name: add_calendar_key
-- The digest of the secret in a calendar's address.
INSERT INTO calendar_keys (authority_id, digest, id, officer) VALUES ($1, $2, $3, $4)

-- name: count_calendar_keys
-- The number of an officer's valid calendar addresses.
SELECT count(*) FROM calendar_keys WHERE authority_id = $1 AND officer = $2 AND revoked_at IS NULL

-- name: calendar_keys
-- Valid calendar addresses of an officer, or of all if $2 is null; the newest first.
SELECT id, officer, created_at, used_at, revoked_at FROM calendar_keys
WHERE authority_id = $1 AND officer = coalesce($2, officer) AND revoked_at IS NULL ORDER BY created_at DESC, id

-- name: revoke_calendar_key
-- Revoke a valid one of an officer, or of anybody if $3 is null. No row if there is none.
UPDATE calendar_keys SET revoked_at = now()
WHERE authority_id = $1 AND id = $2 AND officer = coalesce($3, officer) AND revoked_at IS NULL RETURNING officer

-- name: use_calendar_key
-- The officer of a calendar's address, of an enabled account; notes when it was last read.
UPDATE calendar_keys AS k SET used_at = now()
FROM accounts AS a
WHERE k.authority_id = $1 AND k.digest = $2 AND k.revoked_at IS NULL
  AND a.authority_id = $1 AND a.officer = k.officer AND a.disabled_at IS NULL
RETURNING k.officer

-- name: requests_changed
-- When each of these requests, with years $2 and numbers $3, got its last entry.
SELECT r.year, r.number, e.recorded_at
FROM unnest($2::integer[], $3::integer[]) AS asked (year, number)
JOIN requests AS r ON r.authority_id = $1 AND r.year = asked.year AND r.number = asked.number
JOIN events AS e ON e.authority_id = $1 AND e.position = r.position

-- name: log_access
-- Add a line to the access log.
INSERT INTO access_log (authority_id, id, actor, act, result, source, purpose, reference, route)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: access_log
-- Lines after moment $2 and id $3, at most $8; of the conditions $4–$7, $9 and $10 those that are null are not
-- applied.
SELECT {access} FROM access_log
WHERE authority_id = $1 AND (at, id) > ($2, $3)
  AND ($4::timestamptz IS NULL OR at >= $4)
  AND ($5::timestamptz IS NULL OR at < $5)
  AND ($6::text IS NULL OR actor = $6)
  AND ($7::text IS NULL OR act = $7)
  AND ($9::text IS NULL OR strpos(purpose, $9) > 0)
  AND ($10::text IS NULL OR reference = $10)
ORDER BY at, id LIMIT $8

-- name: access_review
-- What each officer read from moment $2 to before moment $3 by the acts $4, by purpose; at most $5 rows. Requests are
-- counted by reference.
SELECT actor, act, purpose, count(*) AS times, count(*) FILTER (WHERE result <> 'done') AS refused,
       count(DISTINCT reference) FILTER (WHERE reference ~ '^[0-9]{4}-[0-9]+$') AS requests,
       min(at) AS first_at, max(at) AS last_at
FROM access_log
WHERE authority_id = $1 AND at >= $2 AND at < $3 AND act = ANY ($4::text[])
GROUP BY actor, act, purpose ORDER BY actor, act, count(*) DESC, purpose LIMIT $5

-- name: streams_with_topic
-- Streams of requests that have an entry of a topic up to position $3, for a topic that is rare, such as a fee.
SELECT DISTINCT stream FROM events WHERE authority_id = $1 AND topic = $2 AND position <= $3 ORDER BY stream

-- name: reports_begun
-- For each annual report the last entry up to position $2 that began or ended its way to publication.
SELECT DISTINCT ON (stream) stream, topic FROM events
WHERE authority_id = $1 AND position <= $2 AND stream >= 'report/' AND stream < 'report0'
  AND topic IN ('report_compiled', 'report_restated', 'report_published', 'report_entered')
ORDER BY stream, version DESC

-- name: changes_of_published
-- An entry after position $2, up to $3, by which a published report may differ from the register: one that was found to change
-- its period when it was recorded, or one of no request, such as an import or a document.
SELECT position FROM events
WHERE authority_id = $1 AND position > $2 AND position <= $3
  AND (NOT starts_with(stream, 'request/') OR 'published_period' = ANY (acknowledged))
LIMIT 1

-- name: streams_of_files
-- Requests with an entry up to position $3, or a replacement of one, by which they were archived by day $2 or handed
-- over to the archives in the year $4.
SELECT DISTINCT stream FROM events,
    LATERAL (SELECT convert_from(payload, 'UTF8')::json AS stored) AS entry,
    LATERAL (SELECT CASE topic WHEN 'entry_amended' THEN stored->'replacement' ELSE stored END AS event) AS replaced
WHERE authority_id = $1 AND position <= $3 AND topic IN ('archived', 'handed_over', 'entry_amended') AND starts_with(stream, 'request/')
  AND (event->>'type' = 'archived' AND (event->>'on')::date <= $2
       OR event->>'type' = 'handed_over' AND extract(year FROM (event->>'on')::date) = $4)
ORDER BY stream

-- name: checkpoint_before
-- The last checkpoint sealed before a moment.
SELECT size, note FROM checkpoints
WHERE authority_id = $1 AND log = 'events' AND sealed_at < $2 ORDER BY size DESC LIMIT 1

-- name: open_on
-- Requests received by day $2 and not closed by then, with their current term.
SELECT year, number, started_on, due_on FROM requests
WHERE authority_id = $1 AND received_on <= $2 AND (closed_on IS NULL OR closed_on > $2) ORDER BY year, number

-- name: handled_in_period
-- Requests closed in the period $2–$3, grouped by manner, timeliness and working days taken.
SELECT closed_by, timeliness, taken, count(*) AS requests FROM requests
WHERE authority_id = $1 AND closed_on >= $2 AND closed_on <= $3 GROUP BY closed_by, timeliness, taken

-- name: entered_late
-- Receipts dated in the period $2–$3 that were recorded more than $4 days later, except imported ones. The payload
-- begins with type, day, channel and basis, all of them ASCII.
SELECT stream, on_day, recorded_day FROM (
    SELECT stream, (recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS recorded_day,
           substring(head FROM '"on":"([0-9-]{10})"')::date AS on_day, head
    FROM (
        SELECT stream, recorded_at, convert_from(substring(payload FOR 100), 'UTF8') AS head
        FROM events
        WHERE authority_id = $1 AND version = 1 AND topic = 'received'
          AND stream >= 'request/' || extract(year FROM $2::date) AND stream < 'request/' || extract(year FROM $3::date) + 1
    ) AS receipts
) AS dated
WHERE on_day >= $2 AND on_day <= $3 AND recorded_day - on_day > $4
  AND strpos(head, '"receipt_basis":"imported"') = 0
ORDER BY stream

-- name: last_recorded
-- When the last entry was recorded.
SELECT recorded_at FROM heads WHERE authority_id = $1
