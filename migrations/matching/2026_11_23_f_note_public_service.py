"""Whether a candidate works in the public service, which safeguards ask for."""

import sqlalchemy as sa
from alembic import op

revision = "matching_0006"
down_revision = "matching_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("candidates", sa.Column("origin_employment", sa.Text))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("candidates", "origin_employment")
