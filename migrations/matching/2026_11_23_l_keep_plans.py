"""Plans that were chosen, to be recomputed when seats vanish; and what each programme teaches, to find sessions by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0012"
down_revision = "matching_0011"
branch_labels = None
depends_on = None

_TAUGHT = """
    SELECT DISTINCT {row}.id, taught.what FROM (
        SELECT skill ->> 'uri' AS what FROM jsonb_array_elements({row}.data -> 'skills') AS skill
        UNION SELECT 'language:' || ({row}.data -> 'language' ->> 'code')
    ) AS taught WHERE taught.what IS NOT NULL
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("vacancy_id", sa.Uuid, nullable=False),
        sa.Column("worker_may_pay_eur", sa.Numeric(18, 4), nullable=False),
        sa.Column("chosen", JSONB, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("candidate_id", "vacancy_id", name="uq_plans_candidate_id_vacancy_id"),
    )
    op.execute("SELECT protect('plans', NULL)")
    # The share of participants who passed is counted by programme.
    op.create_index("ix_enrolments_programme_id", "enrolments", ["programme_id"])
    _index_programmes()


def _index_programmes() -> None:
    """A table of its own: row-level security keeps the operators of a GIN index from being used before the policy was
    evaluated for every row, while equality of text may be."""
    op.create_table(
        "taught",
        sa.Column("programme_id", sa.Uuid, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("what", "programme_id", name="pk_taught"),
    )
    op.create_index("ix_taught_programme_id", "taught", ["programme_id"])
    op.execute("ALTER TABLE taught ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE taught FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY taught_house ON taught USING ((SELECT current_setting('passerelle.tenant', true)) = '*')")
    op.execute(
        f"""
        CREATE FUNCTION note_taught() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN DELETE FROM taught WHERE programme_id = OLD.id; END IF;
            IF TG_OP <> 'DELETE' THEN INSERT INTO taught (programme_id, what) {_TAUGHT.format(row="NEW")}; END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER note_taught AFTER INSERT OR UPDATE OR DELETE ON programmes"
        " FOR EACH ROW EXECUTE FUNCTION note_taught()"
    )
    op.execute("SELECT set_config('passerelle.tenant', '*', true)")
    op.execute(
        "INSERT INTO taught (programme_id, what) SELECT found.id, found.what FROM programmes AS p"
        f" CROSS JOIN LATERAL ({_TAUGHT.format(row='p')}) AS found"
    )
    op.execute("SELECT set_config('passerelle.tenant', '', true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DROP TRIGGER note_taught ON programmes")
    op.execute("DROP FUNCTION note_taught")
    op.drop_table("taught")
    op.drop_index("ix_enrolments_programme_id", "enrolments")
    op.drop_table("plans")
