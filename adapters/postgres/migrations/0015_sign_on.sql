-- The identity provider's own session that a session began by ('' where it names none); null: by a password.
ALTER TABLE sessions ADD COLUMN provider_session text;
