-- For your own PostgreSQL, 15 or later: run once as its superuser, then set passwords or pg_hba.conf.
-- The owner runs migrations; the program runs as taizhang, which owns nothing and may only append to the log. Neither
-- bypasses the row policies, and the program refuses to run as a role that does.
CREATE ROLE taizhang_owner LOGIN;
CREATE ROLE taizhang LOGIN;
CREATE DATABASE taizhang OWNER taizhang_owner ENCODING 'UTF8' TEMPLATE template0;
