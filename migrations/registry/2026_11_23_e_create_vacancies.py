"""Vacancies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "registry_0005"
down_revision = "registry_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "vacancies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("description", JSONB),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("location", sa.Text),
        sa.Column("isco08", sa.Text, nullable=False),
        sa.Column("esco_uri", sa.Text),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("minimum_eqf", sa.SmallInteger),
        sa.Column("equivalent_experience", sa.Boolean, nullable=False),
        sa.Column("minimum_experience_months", sa.Integer),
        sa.Column("regulated", sa.Boolean, nullable=False),
        sa.Column("gross_monthly_wage", JSONB, nullable=False),
        sa.Column("net_monthly_wage_estimate", JSONB),
        sa.Column("wage_floor", JSONB),
        sa.Column("weekly_hours", sa.SmallInteger, nullable=False),
        sa.Column("contract_type", sa.Text, nullable=False),
        sa.Column("contract_months", sa.SmallInteger),
        sa.Column("places", sa.Integer, nullable=False),
        sa.Column("start_from", sa.Date, nullable=False),
        sa.Column("start_to", sa.Date, nullable=False),
        sa.Column("minimum_age", sa.SmallInteger),
        sa.Column("maximum_age", sa.SmallInteger),
        sa.Column("sector", sa.Text),
        sa.Column("green_share_stated", sa.Double),
        sa.Column("green_share", sa.Double),
        sa.Column("housing_offered", sa.Boolean, nullable=False),
        sa.Column("relocation_support", sa.Boolean, nullable=False),
        sa.Column("pathway", sa.Text),
        sa.Column("partnership_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("status_reason", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_vacancies"),
        sa.UniqueConstraint("organisation_id", "external_id", name="uq_vacancies_organisation_id_external_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_vacancies_organisation_id_organisations"
        ),
    )
    op.create_index("ix_vacancies_partnership_ids", "vacancies", ["partnership_ids"], postgresql_using="gin")
    op.execute("SELECT protect('vacancies', 'id')")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("vacancies")
