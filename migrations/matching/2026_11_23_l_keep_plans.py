"""Plans that were chosen, to be recomputed when seats vanish."""

from alembic import op

revision = "matching_0012"
down_revision = "matching_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
