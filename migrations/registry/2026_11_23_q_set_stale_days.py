"""How long a vacancy counts as there without being reconfirmed is a parameter of the partnership."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0017"
down_revision = "registry_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("rule_parameters", sa.Column("stale_days", sa.Integer, nullable=False, server_default="60"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("rule_parameters", "stale_days")
