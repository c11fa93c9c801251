-- Programs of schema 9 and later go on with it.
-- Where each officer has logged in from. told_in: the session in which the officer was told that somebody had, null until then;
-- empty of the first place, which is news to nobody.
CREATE TABLE login_places (
    authority_id integer NOT NULL,
    officer text NOT NULL,
    source text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    told_in text,
    PRIMARY KEY (authority_id, officer, source)
);
ALTER TABLE login_places ENABLE ROW LEVEL SECURITY;
ALTER TABLE login_places FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON login_places USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer);

-- Where a key was last used from.
ALTER TABLE api_keys ADD COLUMN used_from text;
ALTER TABLE service_keys ADD COLUMN used_from text;
