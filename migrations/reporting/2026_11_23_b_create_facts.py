"""Facts, and copies of the partnerships and organisations that decide who sees them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "reporting_0002"
down_revision = "reporting_0001"
branch_labels = None
depends_on = None

_TENANT = "(SELECT current_setting('passerelle.tenant', true))"
_READER = f"nullif(nullif({_TENANT}, ''), '*')::uuid"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table("organisations", *_organisation(), sa.PrimaryKeyConstraint("id", name="pk_organisations"))
    # Public entries: every client reads them, the feed alone writes.
    _protect("organisations", f"{_TENANT} <> ''")
    op.create_table("partnerships", *_partnership(), sa.PrimaryKeyConstraint("id", name="pk_partnerships"))
    _protect("partnerships", _shared_by("id"))
    op.create_table("facts", *_fact(), sa.PrimaryKeyConstraint("id", name="pk_facts"))
    op.create_index("ix_facts_kind", "facts", ["kind", "partnership_id"])
    op.create_index("ix_facts_partnership_id", "facts", ["partnership_id"])
    op.create_index("ix_facts_person_id", "facts", ["person_id"])  # erasure must not scan
    op.create_index("uq_facts_feed_position", "facts", ["feed", "position"], unique=True)
    _protect("facts", _shared_by("partnership_id"))


def _protect(table: str, visible: str) -> None:
    # Not the plumbing's protect(): nobody's request writes here, not even an owner's, only the followers do.
    house = f"{_TENANT} = '*'"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({house} OR {visible})")
    op.execute(f"CREATE POLICY {table}_house ON {table} USING ({house})")


def _shared_by(column: str) -> str:
    return f"organisation_id = {_READER} OR {column} IN (SELECT record_id FROM shares WHERE reader_id = {_READER})"


def _text(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _organisation() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", JSONB, nullable=False),
        *_text("code", "type", "sector", "country"),
    ]


def _partnership() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        *_text("code", "status"),
        *[sa.Column(name, JSONB, nullable=False) for name in ("title", "corridors", "parties")],
    ]


def _fact() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid, nullable=False),
        *_text("feed", "kind"),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("partnership_id", sa.Uuid),
        sa.Column("period", sa.Date, nullable=False),
        *_text("corridor", "track", "status", "reason", "sex", "age_band", nullable=True),
        *_text("persona", "country", "isco08", "earnings_currency", "net_currency", nullable=True),
        sa.Column("hourly_earnings", sa.Numeric(18, 4)),
        sa.Column("weekly_hours", sa.Integer),
        sa.Column("net_monthly_earnings", sa.Numeric(18, 4)),
        sa.Column("recruitment_costs", sa.Numeric(18, 4)),
    ]


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("facts", "partnerships", "organisations"):
        op.drop_table(table)
