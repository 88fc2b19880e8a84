"""Mandates, invitations, demand forecasts, and what vacancies gained."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0012"
down_revision = "registry_0011"
branch_labels = None
depends_on = None

_TENANT = "nullif(nullif((SELECT current_setting('passerelle.tenant', true)), ''), '*')::uuid"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("organisations", sa.Column("acronym", sa.Text))
    for name in ("languages", "isic_sectors", "identifiers"):
        op.add_column("organisations", sa.Column(name, JSONB, nullable=False, server_default="[]"))
    op.create_index("ix_organisations_member_of", "organisations", ["member_of"])
    _create_mandates()
    _extend_vacancies()
    _create_invitations()
    _create_demand()


def _create_mandates() -> None:
    _record(
        "mandates",
        sa.Column("to_organisation", sa.Uuid, nullable=False),
        sa.Column("scopes", JSONB, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("reference", sa.Text),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revocation_reason", sa.Text),
        sa.ForeignKeyConstraint(
            ["to_organisation"], ["organisations.id"], name="fk_mandates_to_organisation_organisations"
        ),
    )
    op.create_index("ix_mandates_organisation_id", "mandates", ["organisation_id", "to_organisation"])
    op.create_index("ix_mandates_to_organisation", "mandates", ["to_organisation"])
    # Both ends read it: the other end by a row in `shares`. The member alone writes it.
    op.execute("SELECT protect('mandates', 'id')")
    op.execute("SELECT keep_history('mandates', 'organisation_id', 'id')")


def _extend_vacancies() -> None:
    op.add_column("vacancies", sa.Column("published_by", sa.Uuid))
    op.add_column(
        "vacancies",
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.add_column("vacancies", sa.Column("green_share_source", sa.Text))
    op.add_column("vacancies", sa.Column("job_effect", sa.Text))
    op.create_index(
        "ix_vacancies_confirmed_at", "vacancies", ["confirmed_at"], postgresql_where=sa.text("status = 'OPEN'")
    )
    # Whoever published for an employer reads what it published while the mandate stands, and not a day longer. It
    # writes by acting for the employer, after its mandate was checked.
    op.execute(
        f"CREATE POLICY vacancies_mandated ON vacancies FOR SELECT USING (published_by = {_TENANT} AND EXISTS (SELECT 1"
        f" FROM mandates m WHERE m.organisation_id = vacancies.organisation_id AND m.to_organisation = {_TENANT}"
        " AND m.scopes ? 'PUBLISH_VACANCIES' AND m.revoked_at IS NULL"
        " AND m.valid_from <= current_date AND (m.valid_to IS NULL OR m.valid_to >= current_date)))"
    )


def _create_invitations() -> None:
    _record(
        "invitations",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("partnership_code", sa.Text, nullable=False),
        sa.Column("partnership_title", JSONB, nullable=False),
        sa.Column("invited_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("roles", JSONB, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("answer_reason", sa.Text),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_invitations_partnership_id"),
        sa.ForeignKeyConstraint(["invited_id"], ["organisations.id"], name="fk_invitations_invited_id_organisations"),
    )
    op.create_index("ix_invitations_partnership_id", "invitations", ["partnership_id"])
    op.create_index("ix_invitations_invited_id", "invitations", ["invited_id"])
    op.execute("SELECT protect('invitations', 'partnership_id')")
    op.execute(f"CREATE POLICY invitations_invited ON invitations FOR SELECT USING (invited_id = {_TENANT})")
    # It alone answers, and hands the invitation on to nobody.
    op.execute(
        f"CREATE POLICY invitations_answer ON invitations FOR UPDATE USING (invited_id = {_TENANT})"
        f" WITH CHECK (invited_id = {_TENANT})"
    )
    op.execute("SELECT keep_history('invitations', 'organisation_id', 'partnership_id')")


def _create_demand() -> None:
    _record(
        "demand_forecasts",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("employer_id", sa.Uuid),
        sa.Column("employer_key", sa.Text),
        sa.Column("mandate_id", sa.Uuid),
        sa.Column("isco08", sa.Text, nullable=False),
        sa.Column("esco_uri", sa.Text),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("quarter", sa.SmallInteger),
        sa.Column("cause", sa.Text),
        sa.Column("response_mix", JSONB),
        sa.Column("justification", sa.Text),
        sa.Column("green_share", sa.Double),
        sa.Column("cross_disciplinary_share", sa.Double),
        sa.UniqueConstraint(
            "organisation_id", "partnership_id", "external_id", name="uq_demand_forecasts_organisation_id_external_id"
        ),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_demand_forecasts_partnership_id"),
        sa.ForeignKeyConstraint(["employer_id"], ["organisations.id"], name="fk_demand_forecasts_employer_id"),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name="fk_demand_forecasts_mandate_id_mandates"),
        sa.CheckConstraint("(employer_id IS NULL) <> (employer_key IS NULL)", name="ck_demand_forecasts_one_employer"),
    )
    op.create_index("ix_demand_forecasts_partnership_id", "demand_forecasts", ["partnership_id"])
    op.create_index("ix_demand_forecasts_employer_id", "demand_forecasts", ["employer_id"])
    op.execute("SELECT protect('demand_forecasts', 'partnership_id')")
    # An employer reads what its federation says of it, party to the partnership or not.
    op.execute(
        f"CREATE POLICY demand_forecasts_employer ON demand_forecasts FOR SELECT USING (employer_id = {_TENANT})"
    )
    op.execute("SELECT keep_history('demand_forecasts', 'organisation_id', 'partnership_id')")


def _record(table: str, *columns: sa.Column | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        *columns,
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=f"fk_{table}_organisation_id_organisations"
        ),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("demand_forecasts")
    op.drop_table("invitations")
    op.execute("DROP POLICY vacancies_mandated ON vacancies")
    op.drop_index("ix_vacancies_confirmed_at", "vacancies")
    for name in ("job_effect", "green_share_source", "confirmed_at", "published_by"):
        op.drop_column("vacancies", name)
    op.drop_table("mandates")
    op.drop_index("ix_organisations_member_of", "organisations")
    for name in ("identifiers", "isic_sectors", "languages", "acronym"):
        op.drop_column("organisations", name)
