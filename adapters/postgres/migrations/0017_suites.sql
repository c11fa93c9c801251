-- Programs of schema 15 and later go on with it.
-- A log is of one suite of algorithms, or goes from one to the other at a checkpoint. leaf_format: the rule of the next leaf.
ALTER TABLE heads ADD COLUMN leaf_format smallint NOT NULL DEFAULT 1;

-- nth: of several checkpoints of one size, where the log changed its suite without having grown.
ALTER TABLE checkpoints ADD COLUMN nth smallint NOT NULL DEFAULT 0;
ALTER TABLE checkpoints DROP CONSTRAINT checkpoints_pkey;
ALTER TABLE checkpoints ADD PRIMARY KEY (authority_id, log, size, nth);

-- A line of the access log gets the rule of its leaf with its position, by whoever seals; once.
DROP TRIGGER access_log_append_only ON access_log;
CREATE TRIGGER access_log_append_only
BEFORE TRUNCATE OR UPDATE OF authority_id, at, id, actor, act, result, source, purpose, reference, route
ON access_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER access_log_numbered_once ON access_log;
CREATE TRIGGER access_log_numbered_once BEFORE UPDATE OF position, leaf_format ON access_log
FOR EACH ROW WHEN (OLD.position IS NOT NULL) EXECUTE FUNCTION refuse_change();

-- Entries after the position "before", recorded at "moment", with all that belongs to them; numbers and years
-- published where they change. False, and nothing written, unless the head stands there and has the rule of their leaves: a
-- shard on its way to another node can lose the lock, and an earlier program knows one rule alone.
CREATE OR REPLACE FUNCTION append(
    authority integer, before bigint, moment timestamptz, law_version integer, years text, given text, told json,
    sealed json, tokens json, rows json
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE heads SET position = $2 + json_array_length($7), recorded_at = $3, authority_version = $4,
                     published = coalesce($5, published), numbers = coalesce($6, numbers)
    WHERE authority_id = $1 AND position = $2 AND leaf_format = ($7->0->>'leaf_format')::smallint;
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
