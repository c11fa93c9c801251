-- Finds gaps and disorder in the log; no row means no fault. Run by restore.sh.
-- The role must bypass the row policies. Others get an error, since they would see no entries and find no fault.
SET row_security = off;
SELECT 'authority ' || authority_id || ': positions with a gap'
FROM events GROUP BY authority_id HAVING max(position) <> count(*) OR min(position) <> 1
UNION ALL
SELECT 'authority ' || authority_id || ', ' || stream || ': versions with a gap'
FROM events GROUP BY authority_id, stream HAVING max(version) <> count(*) OR min(version) <> 1
UNION ALL
SELECT 'authority ' || authority_id || ', position ' || position || ': recorded before its predecessor'
FROM (SELECT authority_id, position, recorded_at,
             lag(recorded_at) OVER (PARTITION BY authority_id ORDER BY position) AS before FROM events) AS log
WHERE recorded_at < before
UNION ALL
SELECT 'authority ' || authority_id || ': the head is not the last entry'
FROM heads LEFT JOIN (SELECT authority_id, max(position) AS last, max(recorded_at) AS at FROM events
                      GROUP BY authority_id) AS log USING (authority_id)
WHERE position <> coalesce(last, 0) OR recorded_at IS DISTINCT FROM at;
