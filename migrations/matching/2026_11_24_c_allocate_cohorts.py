"""Runs that place a cohort at once, each person's answer, and the work of the processes that compute them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0015"
down_revision = "matching_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "allocations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("asked", JSONB, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("seconds_left", sa.Integer),
        sa.Column("cancelling", sa.Boolean, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("computed_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text),
        sa.Column("input", sa.Text),
        sa.Column("input_sha256", sa.Text),
        sa.Column("summary", sa.Text),
        sa.Column("result_sha256", sa.Text),
        sa.Column("committed_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_allocations"),
    )
    op.execute("CREATE INDEX ix_allocations_waiting ON allocations (id) WHERE status IN ('QUEUED', 'RUNNING')")
    op.create_table(
        "allocation_people",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("allocation_id", sa.Uuid, nullable=False),
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("declared", JSONB, nullable=False),
        sa.Column("place", sa.Integer),
        sa.Column("version", sa.BigInteger),
        sa.Column("input", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("made_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_allocation_people"),
        sa.UniqueConstraint("allocation_id", "candidate_id", name="uq_allocation_people_allocation_id_candidate_id"),
    )
    op.create_index("ix_allocation_people_allocation_id_place", "allocation_people", ["allocation_id", "place"])
    op.create_index("ix_allocation_people_candidate_id", "allocation_people", ["candidate_id"])
    for table in ("allocations", "allocation_people"):
        op.execute(f"SELECT protect('{table}', NULL)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("allocation_people", "allocations"):
        op.drop_table(table)
