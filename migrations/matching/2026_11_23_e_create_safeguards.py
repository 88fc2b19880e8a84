"""Local copies of safeguards, joint decisions and legal pathways: what opens or closes a way abroad."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0005"
down_revision = "matching_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "mobility_rules",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mobility_rules"),
    )
    op.execute("ALTER TABLE mobility_rules ADD COLUMN changed_xid xid8 NOT NULL")
    op.create_index("ix_mobility_rules_changed_xid", "mobility_rules", ["changed_xid", "id"])
    op.execute(
        "CREATE TRIGGER mark_changed BEFORE INSERT OR UPDATE ON mobility_rules"
        " FOR EACH ROW EXECUTE FUNCTION mark_changed()"
    )
    op.execute("ALTER TABLE mobility_rules ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE mobility_rules FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY mobility_rules_house ON mobility_rules USING (current_setting('passerelle.tenant', true) = '*')"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("mobility_rules")
