-- The access log under checkpoints of its own, as the log of events has them.
-- position: given by whoever seals, in the background, so that no reading waits for another; null until then.
ALTER TABLE access_log ADD COLUMN position bigint, ADD COLUMN leaf_format smallint NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX access_log_by_position ON access_log (authority_id, position);

-- A line is given its position once; nothing else of it changes.
DROP TRIGGER access_log_append_only ON access_log;
CREATE TRIGGER access_log_append_only
BEFORE DELETE OR TRUNCATE OR UPDATE OF authority_id, at, id, actor, act, result, source, purpose, reference, route, leaf_format
ON access_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_numbered_once BEFORE UPDATE OF position ON access_log
FOR EACH ROW WHEN (OLD.position IS NOT NULL) EXECUTE FUNCTION refuse_change();

-- log: of which log a checkpoint is, 'events' or 'accesses'.
ALTER TABLE checkpoints ADD COLUMN log text NOT NULL DEFAULT 'events';
ALTER TABLE checkpoints DROP CONSTRAINT checkpoints_pkey;
ALTER TABLE checkpoints ADD PRIMARY KEY (authority_id, log, size);
