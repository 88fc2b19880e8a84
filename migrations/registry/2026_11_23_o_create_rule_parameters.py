"""Parameters of rules; critical sectors and IATI identifiers of partnerships; who owns a curriculum, at which level."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0015"
down_revision = "registry_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column(
        "partnerships", sa.Column("critical_sectors", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb"))
    )
    op.add_column("partnerships", sa.Column("iati_identifier", sa.Text))
    op.add_column("programmes", sa.Column("national_level", sa.Text))
    op.add_column("programmes", sa.Column("curriculum_owner", sa.Text))
    op.create_table(
        "rule_parameters",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("active_days", sa.Integer, nullable=False),
        sa.Column("dependent_above_percent", sa.Integer, nullable=False),
        sa.Column("longest_training_hours", sa.Integer, nullable=False),
        sa.Column("least_actor_classes", sa.Integer, nullable=False),
        sa.Column("further_critical_items", JSONB, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_rule_parameters"),
        sa.UniqueConstraint("partnership_id", name="uq_rule_parameters_partnership_id"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name="fk_rule_parameters_partnership_id_partnerships"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_rule_parameters_organisation_id_organisations"
        ),
    )
    op.execute("SELECT protect('rule_parameters', 'partnership_id')")
    op.execute("SELECT keep_history('rule_parameters', 'organisation_id', 'partnership_id')")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("rule_parameters")
    op.drop_column("programmes", "curriculum_owner")
    op.drop_column("programmes", "national_level")
    op.drop_column("partnerships", "iati_identifier")
    op.drop_column("partnerships", "critical_sectors")
