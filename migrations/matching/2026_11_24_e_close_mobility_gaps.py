"""Which year's quota of its scheme a mobility uses, and who at the host decided about a stay."""

import sqlalchemy as sa
from alembic import op

revision = "matching_0017"
down_revision = "matching_0016"
branch_labels = None
depends_on = None

_TAKEN = """
    UPDATE mobilities SET quota_year = date_part('year', (
        SELECT step.took_place_on FROM case_steps AS step
        WHERE step.case_id = mobilities.id AND step.to_status = 'HOST_MATCHED' ORDER BY step.id DESC LIMIT 1))
    WHERE scheme_id IS NOT NULL AND host_id IS NOT NULL
        AND (status <> 'CLOSED' OR EXISTS (
            SELECT 1 FROM stays WHERE stays.mobility_id = mobilities.id AND stays.status IN ('ABROAD', 'ENDED')))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("mobilities", sa.Column("quota_year", sa.Integer, nullable=True))
    op.execute("SELECT set_config('passerelle.tenant', '*', true)")
    op.execute(_TAKEN)
    op.add_column("stays", sa.Column("host_decided_by", sa.Text, nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("stays", "host_decided_by")
    op.drop_column("mobilities", "quota_year")
