"""Runs that place a cohort at once, each person's answer, and the work of the processes that compute them."""

from alembic import op

revision = "matching_0015"
down_revision = "matching_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
