"""Exchange rates, price levels, wages and shares that the fourfold win is computed with, by source and date."""

from alembic import op

revision = "matching_0013"
down_revision = "matching_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
