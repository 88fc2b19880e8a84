-- Tables that every service has: outbox and feed, follower cursors, idempotency records, and who may see a record.
-- Read by the first migration of each service; frozen like a migration.

CREATE TABLE events (
    id uuid CONSTRAINT pk_events PRIMARY KEY,
    position bigint CONSTRAINT uq_events_position UNIQUE,
    type text NOT NULL,
    subject text NOT NULL,
    time timestamptz NOT NULL,
    data jsonb NOT NULL
);
CREATE INDEX ix_events_waiting ON events (id) WHERE position IS NULL;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
-- Anybody's transaction may add an event; only the house reads and numbers them.
CREATE POLICY events_add ON events FOR INSERT WITH CHECK (true);
CREATE POLICY events_house ON events USING (current_setting('passerelle.tenant', true) = '*');

CREATE TABLE feed_state (
    one boolean CONSTRAINT pk_feed_state PRIMARY KEY DEFAULT true CONSTRAINT ck_feed_state_one CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    last_position bigint NOT NULL DEFAULT 0
);
INSERT INTO feed_state DEFAULT VALUES;

CREATE TABLE feed_cursors (
    feed text CONSTRAINT pk_feed_cursors PRIMARY KEY,
    epoch uuid,
    position bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL
);

CREATE TABLE idempotency_keys (
    scope text CONSTRAINT pk_idempotency_keys PRIMARY KEY,
    tenant text NOT NULL,
    request_hash bytea NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_keys_tenant ON idempotency_keys
    USING (tenant = current_setting('passerelle.tenant', true) OR current_setting('passerelle.tenant', true) = '*');

-- Readers of a shared record besides its owner; kept in the transaction that changes the parties.
CREATE TABLE shares (
    record_id uuid NOT NULL,
    reader_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    CONSTRAINT pk_shares PRIMARY KEY (record_id, reader_id)
);
CREATE INDEX ix_shares_reader_id ON shares (reader_id, record_id);
ALTER TABLE shares ENABLE ROW LEVEL SECURITY;
ALTER TABLE shares FORCE ROW LEVEL SECURITY;
CREATE POLICY shares_tenant ON shares
    USING (
        reader_id = nullif(nullif(current_setting('passerelle.tenant', true), ''), '*')::uuid
        OR owner_id = nullif(nullif(current_setting('passerelle.tenant', true), ''), '*')::uuid
        OR current_setting('passerelle.tenant', true) = '*'
    )
    WITH CHECK (
        owner_id = nullif(nullif(current_setting('passerelle.tenant', true), ''), '*')::uuid
        OR current_setting('passerelle.tenant', true) = '*'
    );

-- The one rule of row-level security: the owner writes; the owner and those the record is shared with read.
-- `share_key` is the column whose value shares.record_id holds; NULL for what is never shared.
CREATE FUNCTION protect(target regclass, share_key text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    tenant constant text := '(SELECT current_setting(''passerelle.tenant'', true))';
    owned constant text := format(
        '(organisation_id = nullif(nullif(%s, ''''), ''*'')::uuid OR %s = ''*'')', tenant, tenant);
    visible constant text := owned || CASE WHEN share_key IS NULL THEN '' ELSE format(
        ' OR EXISTS (SELECT 1 FROM shares WHERE shares.record_id = %I'
        ' AND shares.reader_id = nullif(nullif(%s, ''''), ''*'')::uuid)', share_key, tenant) END;
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY %I ON %s FOR SELECT USING (%s)', target::text || '_read', target, visible);
    EXECUTE format('CREATE POLICY %I ON %s FOR INSERT WITH CHECK %s', target::text || '_insert', target, owned);
    EXECUTE format('CREATE POLICY %I ON %s FOR UPDATE USING %s WITH CHECK %s', target::text || '_update', target,
                   owned, owned);
    EXECUTE format('CREATE POLICY %I ON %s FOR DELETE USING %s', target::text || '_delete', target, owned);
END $$;
