"""Consents and their withdrawal, the access log, and the upkeep of the pool."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0010"
down_revision = "matching_0009"
branch_labels = None
depends_on = None

_TENANT = "(SELECT current_setting('passerelle.tenant', true))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _pool()
    _consents()
    _keep_withdrawals()
    _access_log()
    # What was published of a person is found again when they withdraw from statistics or are erased.
    op.execute("CREATE INDEX ix_events_candidate_id ON events ((data ->> 'candidate_id')) WHERE data ? 'candidate_id'")


def _pool() -> None:
    op.add_column(
        "candidates",
        sa.Column("reconfirmed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.add_column("candidates", sa.Column("dormant_since", sa.Date))
    # A keyed hash of birth date and name: says that two records may be of one person, and nothing else.
    op.add_column("candidates", sa.Column("likeness", sa.LargeBinary))
    op.create_index("ix_candidates_likeness", "candidates", ["likeness"])
    op.create_index("ix_candidates_reconfirmed_at", "candidates", ["reconfirmed_at"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("scopes", JSONB, nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.Column("text_version", sa.Text),
        sa.Column("text_language", sa.Text),
        sa.Column("text_sha256", sa.Text),
        sa.Column("proposal_id", sa.Uuid),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_candidate_id", "consents", ["candidate_id", "id"])
    op.execute("SELECT protect('consents', NULL)")
    op.create_table(
        "consent_texts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("text_version", sa.Text, nullable=False),
        sa.Column("hashes", JSONB, nullable=False),
        sa.Column("uri", sa.Text),
        sa.Column("counts_until", sa.Date),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_consent_texts"),
        sa.UniqueConstraint("organisation_id", "text_version", name="uq_consent_texts_organisation_id_text_version"),
    )
    op.execute("SELECT protect('consent_texts', NULL)")


def _keep_withdrawals() -> None:
    # A partner's nightly import repeats receipts: what was withdrawn since must not come back by it, and neither may
    # an older receipt take the place of a newer one, unless it says that it was withdrawn.
    op.execute(
        """
        CREATE FUNCTION consent_kept(before jsonb, sent jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE
                WHEN sent ->> 'granted_on' < before ->> 'granted_on' AND sent ->> 'withdrawn_on' IS NULL THEN before
                WHEN NOT before ? 'withdrawn' THEN sent
                ELSE sent || coalesce((
                    SELECT jsonb_build_object('withdrawn', jsonb_object_agg(scope, day))
                    FROM jsonb_each_text(before -> 'withdrawn') AS w (scope, day)
                    WHERE day >= sent ->> 'granted_on' HAVING count(*) > 0
                ), '{}')
            END
        $$
        """
    )


def _access_log() -> None:
    op.execute(
        """
        CREATE TABLE access_log (
            number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_access_log PRIMARY KEY,
            at timestamptz NOT NULL,
            by_organisation uuid,
            by_client text NOT NULL,
            roles text[] NOT NULL,
            operation text NOT NULL,
            purpose text NOT NULL,
            seen text NOT NULL,
            candidate_ids uuid[] NOT NULL,
            request_id text NOT NULL
        )
        """
    )
    op.create_index("ix_access_log_candidate_ids", "access_log", ["candidate_ids"], postgresql_using="gin")
    op.execute(
        """
        CREATE TABLE access_log_seals (
            position bigint CONSTRAINT pk_access_log_seals PRIMARY KEY,
            number bigint NOT NULL CONSTRAINT uq_access_log_seals_number UNIQUE,
            hash bytea NOT NULL
        )
        """
    )
    for table in ("access_log", "access_log_seals"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({_TENANT} = '*')")
    # Anybody's transaction adds what it read; the house alone reads the log, and nobody changes it.
    op.execute("CREATE POLICY access_log_add ON access_log FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY access_log_seals_add ON access_log_seals FOR INSERT WITH CHECK ({_TENANT} = '*')")
    op.execute(
        "CREATE FUNCTION refuse_to_forget_access() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'the access log is append-only' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in ("access_log", "access_log_seals"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget_access()"
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DROP INDEX ix_events_candidate_id")
    for table in ("access_log_seals", "access_log", "consent_texts", "consents"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_to_forget_access")
    op.execute("DROP FUNCTION consent_kept")
    for column in ("likeness", "dormant_since", "reconfirmed_at"):
        op.drop_column("candidates", column)
