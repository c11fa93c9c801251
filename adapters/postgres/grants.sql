-- Rights of the runtime role {runtime}: it may append to the log and read it, never change or delete entries.
-- Granted at every `taizhang migrate`, so that a new role gets them too. Change this file together with a migration: its
-- number shows whether program and database fit.

GRANT SELECT, INSERT ON authorities TO {runtime};
GRANT SELECT, INSERT, UPDATE ON heads TO {runtime};
GRANT SELECT, INSERT ON events TO {runtime};
GRANT SELECT, INSERT ON checkpoints TO {runtime};
GRANT SELECT, INSERT, UPDATE ON sealers TO {runtime};
GRANT SELECT, INSERT, DELETE ON vault TO {runtime};
GRANT UPDATE (key_id, nonce, ciphertext) ON vault TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON applicant_tokens TO {runtime};
GRANT SELECT, INSERT, DELETE ON documents TO {runtime};
GRANT SELECT, INSERT, DELETE ON document_pieces TO {runtime};
GRANT UPDATE (key_id, nonce, ciphertext) ON document_pieces TO {runtime};
GRANT SELECT, INSERT ON vault_keys TO {runtime};
GRANT SELECT, INSERT ON signing_keys TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON machines TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON requests TO {runtime};
GRANT SELECT, INSERT, DELETE ON appeal_spells TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON document_numbers TO {runtime};
GRANT SELECT, INSERT, UPDATE ON accounts TO {runtime};
GRANT SELECT, INSERT ON former_passwords TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors TO {runtime};
GRANT SELECT, INSERT, DELETE ON recovery_codes TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON login_sources TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON login_places TO {runtime};
GRANT SELECT, INSERT, UPDATE ON api_keys TO {runtime};
GRANT SELECT, INSERT, UPDATE ON service_keys TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON mail_addresses TO {runtime};
GRANT SELECT, INSERT, UPDATE, DELETE ON digests TO {runtime};
GRANT SELECT, INSERT, UPDATE ON calendar_keys TO {runtime};
GRANT SELECT, INSERT ON access_log TO {runtime};
GRANT UPDATE (position, leaf_format) ON access_log TO {runtime};
GRANT EXECUTE ON FUNCTION enter, write_rows, index_applicants, append TO {runtime};
GRANT SELECT ON migrations TO {runtime};
