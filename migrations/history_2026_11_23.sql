-- Who changed what, when and why: every version of a record, as it stood, written by the database itself, so that no
-- statement can change a record and leave no trace. Frozen like a migration.

CREATE TABLE history (
    number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_history PRIMARY KEY,
    kind text NOT NULL,
    record_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    share_id uuid,
    action text NOT NULL,
    at timestamptz NOT NULL,
    by_organisation uuid,
    by_client text,
    reason text,
    record jsonb NOT NULL
);
CREATE INDEX ix_history_record_id ON history (record_id, number);
CREATE INDEX ix_history_share_id ON history (share_id, kind, number);

-- One chain over all of it: each hash covers the one before. Only committed versions are sealed, one sealer at a time,
-- for the same reason that events get their positions so.
CREATE TABLE history_seals (
    position bigint CONSTRAINT pk_history_seals PRIMARY KEY,
    number bigint NOT NULL CONSTRAINT uq_history_seals_number UNIQUE,
    hash bytea NOT NULL
);
ALTER TABLE history_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE history_seals FORCE ROW LEVEL SECURITY;
CREATE POLICY history_seals_read ON history_seals FOR SELECT
    USING ((SELECT current_setting('passerelle.tenant', true)) = '*');
CREATE POLICY history_seals_add ON history_seals FOR INSERT
    WITH CHECK ((SELECT current_setting('passerelle.tenant', true)) = '*');

ALTER TABLE history ENABLE ROW LEVEL SECURITY;
ALTER TABLE history FORCE ROW LEVEL SECURITY;
-- Whoever reads a record reads its history. Anybody's transaction adds to it; nobody changes it.
CREATE POLICY history_read ON history FOR SELECT USING (
    organisation_id = nullif(nullif((SELECT current_setting('passerelle.tenant', true)), ''), '*')::uuid
    OR (SELECT current_setting('passerelle.tenant', true)) = '*'
    OR EXISTS (SELECT 1 FROM shares WHERE shares.record_id = share_id
               AND shares.reader_id = nullif(nullif((SELECT current_setting('passerelle.tenant', true)), ''), '*')::uuid)
);
CREATE POLICY history_add ON history FOR INSERT WITH CHECK (true);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_seals_append_only BEFORE UPDATE OR DELETE ON history_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Arguments: the column that says whose the record is, and the one whose value shares.record_id holds (or 'null').
CREATE FUNCTION write_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
    actor text := coalesce(current_setting('passerelle.actor', true), '');
BEGIN
    INSERT INTO history (kind, record_id, organisation_id, share_id, action, at, by_organisation, by_client, reason,
                         record)
    VALUES (
        TG_TABLE_NAME, (version ->> 'id')::uuid, (version ->> TG_ARGV[0])::uuid, (version ->> TG_ARGV[1])::uuid,
        TG_OP, coalesce(CASE WHEN TG_OP <> 'DELETE' THEN (version ->> 'updated_at')::timestamptz END,
                        clock_timestamp()),
        nullif(split_part(actor, '/', 1), '')::uuid, nullif(substr(actor, strpos(actor, '/') + 1), ''),
        nullif(current_setting('passerelle.reason', true), ''), version
    );
    RETURN NULL;
END $$;

-- To be called once for each table whose records have a history.
CREATE FUNCTION keep_history(target regclass, owner_key text, share_key text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW'
                   ' EXECUTE FUNCTION write_history(%L, %L)',
                   target::text || '_history', target, owner_key, coalesce(share_key, 'null'));
    -- What was there before begins its history now; row-level security would hide it from the migration.
    PERFORM set_config('passerelle.tenant', '*', true);
    EXECUTE format('INSERT INTO history (kind, record_id, organisation_id, share_id, action, at, record)'
                   ' SELECT %L, r.id, (to_jsonb(r) ->> %L)::uuid, (to_jsonb(r) ->> %L)::uuid, ''INSERT'','
                   ' coalesce((to_jsonb(r) ->> ''updated_at'')::timestamptz, now()), to_jsonb(r) FROM %s AS r',
                   target::text, owner_key, coalesce(share_key, 'null'), target);
END $$;
