-- Requests with entries after a position of the log.
CREATE INDEX requests_by_position ON requests (authority_id, position);
