-- Programs of schema 15 and later go on with it.
-- By which suite of algorithms a key seals, and so everything that names the key.
ALTER TABLE vault_keys ADD COLUMN suite text NOT NULL DEFAULT 'std';
