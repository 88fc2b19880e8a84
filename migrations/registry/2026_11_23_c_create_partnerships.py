"""Partnerships, their parties and the steps of their lives."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0003"
down_revision = "registry_0002"
branch_labels = None
depends_on = None

_TENANT = "nullif(nullif((SELECT current_setting('passerelle.tenant', true)), ''), '*')::uuid"
_HOUSE = "(SELECT current_setting('passerelle.tenant', true)) = '*'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("summary", JSONB),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("maturity", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("themes", JSONB, nullable=False),
        sa.Column("corridors", JSONB, nullable=False),
        sa.Column("targets", JSONB, nullable=False),
        sa.Column("home_places", sa.Integer, nullable=False),
        sa.Column("away_places", sa.Integer, nullable=False),
        sa.Column("ratio_target", sa.Double),
        sa.Column("planned_start", sa.Date),
        sa.Column("planned_end", sa.Date),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_partnerships"),
        sa.UniqueConstraint("code", name="uq_partnerships_code"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_partnerships_organisation_id_organisations"
        ),
    )
    op.create_index("ix_partnerships_organisation_id", "partnerships", ["organisation_id"])
    op.execute("SELECT protect('partnerships', 'id')")
    _create_parties()
    op.create_table(
        "partnership_status_changes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("from_status", sa.Text),
        sa.Column("to_status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partnership_status_changes"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name="fk_partnership_status_changes_partnership_id_partnerships"
        ),
    )
    op.create_index("ix_partnership_status_changes_partnership_id", "partnership_status_changes", ["partnership_id"])
    op.execute("SELECT protect('partnership_status_changes', 'partnership_id')")


def _create_parties() -> None:
    op.create_table(
        "partnership_parties",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("joined_on", sa.Date),
        sa.Column("left_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_partnership_parties"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name="fk_partnership_parties_partnership_id_partnerships"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_partnership_parties_organisation_id_organisations"
        ),
    )
    op.create_index("ix_partnership_parties_partnership_id", "partnership_parties", ["partnership_id"])
    # `organisation_id` is the party here and `owner_id` the one who writes, so that no party can change its own role.
    op.execute("ALTER TABLE partnership_parties ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE partnership_parties FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY partnership_parties_read ON partnership_parties FOR SELECT USING (EXISTS (SELECT 1 FROM shares"
        f" WHERE shares.record_id = partnership_id AND shares.reader_id = {_TENANT}))"
    )
    op.execute(
        f"CREATE POLICY partnership_parties_write ON partnership_parties USING (owner_id = {_TENANT} OR {_HOUSE})"
    )
    # Leads of either side move a partnership that only its owner otherwise writes.
    op.execute(
        "CREATE POLICY partnerships_lead ON partnerships FOR UPDATE USING (EXISTS (SELECT 1"
        f" FROM partnership_parties p WHERE p.partnership_id = partnerships.id AND p.organisation_id = {_TENANT}"
        " AND p.role IN ('LEAD', 'CO_LEAD') AND (p.left_on IS NULL OR p.left_on > current_date)))"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("partnership_status_changes")
    op.execute("DROP POLICY partnerships_lead ON partnerships")
    op.drop_table("partnership_parties")
    op.drop_table("partnerships")
