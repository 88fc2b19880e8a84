"""Who has looked an organisation up in a register, and which occupations and contracts a legal pathway is for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0018"
down_revision = "registry_0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("organisations", sa.Column("verification", JSONB, nullable=True))
    # Whoever was registered before this was asked for is not stopped by it; new ones are.
    op.add_column("organisations", sa.Column("verification_asked", sa.Boolean, nullable=False, server_default="false"))
    for name in ("occupations", "contract_types"):
        op.add_column("legal_pathways", sa.Column(name, JSONB, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for name in ("contract_types", "occupations"):
        op.drop_column("legal_pathways", name)
    op.drop_column("organisations", "verification_asked")
    op.drop_column("organisations", "verification")
