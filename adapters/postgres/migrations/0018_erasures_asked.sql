-- Programs of schema 15 and later go on with it.
-- The few entries about erasures, by which the work list knows what somebody asked for and nobody carried out.
CREATE INDEX events_of_erasures ON events (authority_id, stream)
WHERE topic IN ('erasure_requested', 'personal_data_erased');
