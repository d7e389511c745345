-- Makes the service's user and database. May be run any number of times, also twice at once; what is there stays, but for the
-- password, which becomes the one that is given. Run it with psql as a user that may create roles and databases, with APP_DATABASE,
-- APP_USERNAME and APP_PASSWORD in the environment.
\set ON_ERROR_STOP on
\getenv app_database APP_DATABASE
\getenv app_username APP_USERNAME
\getenv app_password APP_PASSWORD

SET client_min_messages = warning;

-- Whoever comes second waits here for the first.
SELECT pg_advisory_lock(hashtext('relevo: ' || :'app_database')) AS lock \gset

SELECT format('CREATE ROLE %I', :'app_username')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'app_username') \gexec

SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'app_username', :'app_password') \gexec

-- Only who may act as the role may make a database that belongs to it; from PostgreSQL 16 on its creator may not by itself.
SELECT format('GRANT %I TO CURRENT_USER', :'app_username') \gexec

SELECT format('CREATE DATABASE %I OWNER %I', :'app_database', :'app_username')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'app_database') \gexec

-- Other users of the server have no business in it.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'app_database') \gexec

\echo 'The database' :app_database 'is ready for' :app_username
