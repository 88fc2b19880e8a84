"""What closing the gaps of privacy and fairness needs."""

from alembic import op

revision = "matching_0016"
down_revision = "matching_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
