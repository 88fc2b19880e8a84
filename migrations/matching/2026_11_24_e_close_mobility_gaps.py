"""Who decided about a mobility and a stay."""

from alembic import op

revision = "matching_0017"
down_revision = "matching_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
