"""Matches as they were answered, to be replayed."""

import sqlalchemy as sa
from alembic import op

revision = "matching_0011"
down_revision = "matching_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "stored_matches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("candidate_id", sa.Uuid),
        sa.Column("vacancy_id", sa.Uuid, nullable=False),
        sa.Column("proposal_id", sa.Uuid),
        sa.Column("score", sa.Float(53), nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("profile_version", "taxonomy_version", "engine_version", "language")
        ),
        # Text and not JSONB, which would neither keep the bytes nor all digits. All four are emptied by erasure.
        *(sa.Column(name, sa.Text) for name in ("inputs", "inputs_hash", "result", "result_hash")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_stored_matches"),
    )
    op.create_index("ix_stored_matches_candidate_id", "stored_matches", ["candidate_id"])
    op.create_index("ix_stored_matches_proposal_id", "stored_matches", ["proposal_id"])
    # Never shared: the inputs are the person's whole profile.
    op.execute("SELECT protect('stored_matches', NULL)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("stored_matches")
