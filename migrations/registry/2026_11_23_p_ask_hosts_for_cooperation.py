"""What hosts look for in the firms that come to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0016"
down_revision = "registry_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("hosts", sa.Column("cooperation_sought", JSONB, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("hosts", "cooperation_sought")
