-- Programs of schema 9 and later go on with it.
-- Lines of the access log that lie in the archive may be dropped: by the owner alone, who says so in the transaction, and never
-- before half a year. The running program has no right to it.
DROP TRIGGER access_log_append_only ON access_log;
CREATE TRIGGER access_log_append_only
BEFORE TRUNCATE OR UPDATE OF authority_id, at, id, actor, act, result, source, purpose, reference, route, leaf_format
ON access_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_dropped_knowingly BEFORE DELETE ON access_log FOR EACH STATEMENT
WHEN (coalesce(current_setting('taizhang.dropping', true), '') <> 'accesses') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_kept BEFORE DELETE ON access_log
FOR EACH ROW WHEN (OLD.at > now() - interval '183 days') EXECUTE FUNCTION refuse_change();
