"""Exchange rates, price levels, wages and shares that the fourfold win is computed with, by source and date."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0013"
down_revision = "matching_0012"
branch_labels = None
depends_on = None

_KEY = ("kind", "country", "from_country", "isco08", "nace", "currency", "per_currency", "period_from", "period_to")
_HOUSE = "(SELECT current_setting('passerelle.tenant', true)) = '*'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _reference_figures()
    _fourfold_editions()
    _wait_for_the_first_start()


def _reference_figures() -> None:
    op.create_table(
        "reference_figures",
        sa.Column("id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=name != "kind") for name in _KEY[:7]),
        *(sa.Column(name, sa.Date, nullable=False) for name in _KEY[7:]),
        sa.Column("value", sa.Numeric(24, 12), nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("price_year", sa.Integer),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_url", sa.Text),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("released_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("recorded_by", sa.Uuid),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reference_figures"),
        sa.UniqueConstraint(
            *_KEY, "released_on", name="uq_reference_figures_release", postgresql_nulls_not_distinct=True
        ),
        sa.CheckConstraint("period_from <= period_to", name="ck_reference_figures_period"),
    )
    op.create_index("ix_reference_figures_country", "reference_figures", ["country", "kind"])
    _protect("reference_figures")
    # Never changed nor removed, so that a score can be computed again from the same rows.
    op.execute("CREATE POLICY reference_figures_read ON reference_figures FOR SELECT USING (true)")
    op.execute(f"CREATE POLICY reference_figures_add ON reference_figures FOR INSERT WITH CHECK ({_HOUSE})")


def _fourfold_editions() -> None:
    op.create_table(
        "fourfold_editions",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("parameters", JSONB, nullable=False),
        sa.Column("proposed_by", sa.Uuid, nullable=False),
        sa.Column("proposed_by_client", sa.Text, nullable=False),
        sa.Column("proposed_side", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid),
        sa.Column("confirmed_by_client", sa.Text),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("partnership_id", "edition", name="pk_fourfold_editions"),
        sa.CheckConstraint("confirmed_by <> proposed_by", name="ck_fourfold_editions_two_parties"),
    )
    _protect("fourfold_editions")
    for action, clause in (("SELECT", "USING"), ("INSERT", "WITH CHECK"), ("UPDATE", "USING")):
        op.execute(
            f"CREATE POLICY fourfold_editions_{action.lower()} ON fourfold_editions FOR {action} {clause} ({_HOUSE})"
        )


def _wait_for_the_first_start() -> None:
    """A job that begins waits for parameters that are being confirmed, and they for it: whichever commits first counts.
    Jobs do not wait for each other. The lock is that of services/matching/fourfold_parameters."""
    op.execute(
        """
        CREATE FUNCTION freeze_fourfold() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(hashtextextended('fourfold of ' || NEW.partnership_id, 0));
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER freeze_fourfold AFTER UPDATE OF started_on ON placements FOR EACH ROW"
        " WHEN (OLD.started_on IS NULL AND NEW.started_on IS NOT NULL) EXECUTE FUNCTION freeze_fourfold()"
    )


def _protect(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DROP TRIGGER freeze_fourfold ON placements")
    op.execute("DROP FUNCTION freeze_fourfold")
    op.drop_table("fourfold_editions")
    op.drop_table("reference_figures")
