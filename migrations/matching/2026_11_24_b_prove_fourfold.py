"""What each proposal, placement and partnership gained, with all inputs; what sides state; spending by partnership."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0014"
down_revision = "matching_0013"
branch_labels = None
depends_on = None

_HOUSE = "(SELECT current_setting('passerelle.tenant', true)) = '*'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _assessments()
    _statements()
    _partnership_costs()


def _assessments() -> None:
    op.create_table(
        "fourfold_assessments",
        *_ids("id", "organisation_id", "subject_id", "partnership_id"),
        *(sa.Column(name, sa.Uuid) for name in ("candidate_id", "assessed_by")),
        *_texts("subject", "moment", "assessed_by_client", "method_version", "parameters_version", "verdict"),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        # Text and not JSONB, which would neither keep the bytes nor all digits. All four are emptied by erasure.
        *(sa.Column(name, sa.Text) for name in ("inputs", "inputs_hash", "result", "result_hash")),
        *(sa.Column(name, sa.Float(53)) for name in ("candidate", "employer", "destination", "origin")),
        sa.PrimaryKeyConstraint("id", name="pk_fourfold_assessments"),
    )
    for column in ("subject_id", "candidate_id", "partnership_id"):
        op.create_index(f"ix_fourfold_assessments_{column}", "fourfold_assessments", [column])
    # Never shared as a row: an employer is shown the scores, and of the inputs its own alone.
    op.execute("SELECT protect('fourfold_assessments', NULL)")
    _changed_by_the_house_alone("fourfold_assessments")


def _statements() -> None:
    op.create_table(
        "fourfold_statements",
        *_ids("id", "organisation_id", "placement_id", "candidate_id", "partnership_id", "stated_by"),
        *(sa.Column(name, sa.Uuid) for name in ("shared_placement_id", "confirmed_by")),
        *_texts("name", "unit", "source", "stated_by_client"),
        sa.Column("value", sa.Numeric(18, 4), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_fourfold_statements"),
        # Nobody confirms their own word.
        sa.CheckConstraint("confirmed_by <> stated_by", name="ck_fourfold_statements_confirmed_by"),
    )
    for column in ("placement_id", "candidate_id"):
        op.create_index(f"ix_fourfold_statements_{column}", "fourfold_statements", [column])
    op.execute("SELECT protect('fourfold_statements', 'shared_placement_id')")
    _changed_by_the_house_alone("fourfold_statements")


def _partnership_costs() -> None:
    op.create_table(
        "partnership_costs",
        *_ids("id", "organisation_id"),
        sa.Column("data", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partnership_costs"),
    )
    op.execute("SELECT protect('partnership_costs', 'id')")


def _changed_by_the_house_alone(table: str) -> None:
    """Appended to by who writes; the house confirms, and erases."""
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP POLICY {table}_{verb.lower()} ON {table}")
        op.execute(f"CREATE POLICY {table}_house_{verb.lower()} ON {table} FOR {verb} USING ({_HOUSE})")


def _ids(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Uuid, nullable=False) for name in names)


def _texts(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Text, nullable=False) for name in names)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("partnership_costs", "fourfold_statements", "fourfold_assessments"):
        op.drop_table(table)
