-- Three databases, and for each an owner role (migrations) and a runtime role (the service), without cross-grants.
-- Run by psql as superuser, as often as you like: `passerelle up` does, and so does the database container.
-- Passwords come from the environment of psql: REGISTRY_PASSWORD, REGISTRY_OWNER_PASSWORD, and so on.
\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on
SET client_min_messages = warning;
\getenv registry_password REGISTRY_PASSWORD
\getenv registry_owner_password REGISTRY_OWNER_PASSWORD
\getenv matching_password MATCHING_PASSWORD
\getenv matching_owner_password MATCHING_OWNER_PASSWORD
\getenv reporting_password REPORTING_PASSWORD
\getenv reporting_owner_password REPORTING_OWNER_PASSWORD

CREATE TEMPORARY TABLE roles (name text, password text);
INSERT INTO roles VALUES
    ('passerelle_registry', :'registry_password'),
    ('passerelle_registry_owner', :'registry_owner_password'),
    ('passerelle_matching', :'matching_password'),
    ('passerelle_matching_owner', :'matching_owner_password'),
    ('passerelle_reporting', :'reporting_password'),
    ('passerelle_reporting_owner', :'reporting_owner_password');

SELECT format('CREATE ROLE %I', name) FROM roles
WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
-- BYPASSRLS would open every tenant's rows: neither role has it, nor any other right of the server.
SELECT format(
    'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L', name, password
) FROM roles \gexec

SELECT format('CREATE DATABASE %I OWNER %I', service, service || '_owner')
FROM (VALUES ('passerelle_registry'), ('passerelle_matching'), ('passerelle_reporting')) AS databases (service)
WHERE service NOT IN (SELECT datname FROM pg_database) \gexec

REVOKE CONNECT, TEMPORARY ON DATABASE passerelle_registry, passerelle_matching, passerelle_reporting FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE passerelle_registry TO passerelle_registry;
GRANT CONNECT, TEMPORARY ON DATABASE passerelle_matching TO passerelle_matching;
GRANT CONNECT, TEMPORARY ON DATABASE passerelle_reporting TO passerelle_reporting;

-- What the owner creates from now on, the service may read and write; it may not change its shape.
\connect passerelle_registry
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
ALTER DEFAULT PRIVILEGES FOR ROLE passerelle_registry_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO passerelle_registry;
ALTER DEFAULT PRIVILEGES FOR ROLE passerelle_registry_owner GRANT USAGE, SELECT ON SEQUENCES TO passerelle_registry;

\connect passerelle_matching
ALTER DEFAULT PRIVILEGES FOR ROLE passerelle_matching_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO passerelle_matching;
ALTER DEFAULT PRIVILEGES FOR ROLE passerelle_matching_owner GRANT USAGE, SELECT ON SEQUENCES TO passerelle_matching;

\connect passerelle_reporting
ALTER DEFAULT PRIVILEGES FOR ROLE passerelle_reporting_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO passerelle_reporting;
ALTER DEFAULT PRIVILEGES FOR ROLE passerelle_reporting_owner GRANT USAGE, SELECT ON SEQUENCES TO passerelle_reporting;
