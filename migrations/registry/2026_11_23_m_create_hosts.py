"""Hosts, mobility schemes, diaspora, partner offers, service providers, accreditations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "registry_0013"
down_revision = "registry_0012"
branch_labels = None
depends_on = None

_TENANT = "(SELECT current_setting('passerelle.tenant', true))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _hosts()
    _mobility_schemes()
    _diaspora()
    _partner_offers()
    _service_providers()
    _about_providers()
    _service_orders()
    _accreditations()


def _hosts() -> None:
    op.create_table(
        "hosts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("capacity_days", sa.Integer, nullable=False),
        sa.Column("places", sa.Integer, nullable=False),
        sa.Column("sectors", JSONB, nullable=False),
        sa.Column("services", JSONB, nullable=False),
        sa.Column("personas", JSONB, nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("mentors", JSONB, nullable=False),
        sa.Column("stay_days_min", sa.Integer, nullable=False),
        sa.Column("stay_days_max", sa.Integer, nullable=False),
        sa.Column("diaspora_firm", sa.Boolean, nullable=False),
        sa.Column("availability", JSONB, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("partnership_ids", ARRAY(sa.Uuid), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_hosts"),
        sa.UniqueConstraint("organisation_id", "external_id", name="uq_hosts_organisation_id_external_id"),
        _refers("hosts", "organisation_id", "organisations"),
    )
    op.create_index("ix_hosts_partnership_ids", "hosts", ["partnership_ids"], postgresql_using="gin")
    op.execute("SELECT protect('hosts', 'id')")
    op.execute("SELECT keep_history('hosts', 'organisation_id', 'id')")


def _mobility_schemes() -> None:
    op.create_table(
        "mobility_schemes",
        *_of_party(),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("persona", sa.Text, nullable=False),
        sa.Column("duration_days_min", sa.Integer, nullable=False),
        sa.Column("duration_days_max", sa.Integer, nullable=False),
        sa.Column("circular", sa.Boolean, nullable=False),
        sa.Column("stays_per_person", sa.Integer, nullable=False),
        sa.Column("multi_entry", sa.Boolean, nullable=False),
        sa.Column("re_entry_right", sa.Text),
        sa.Column("post_return_status", sa.Text),
        sa.Column("quota", sa.Integer, nullable=False),
        sa.Column("pathway", sa.Text),
        sa.Column("rests_on", JSONB, nullable=False),
        sa.Column("eligibility", JSONB),
        sa.Column("phases", JSONB, nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_mobility_schemes"),
        _refers("mobility_schemes", "partnership_id", "partnerships"),
        _refers("mobility_schemes", "organisation_id", "organisations"),
    )
    op.create_index("ix_mobility_schemes_partnership_id", "mobility_schemes", ["partnership_id"])
    op.execute("SELECT protect('mobility_schemes', 'partnership_id')")
    op.execute("SELECT keep_history('mobility_schemes', 'organisation_id', 'partnership_id')")
    op.create_table(
        "mobility_scheme_approvals",
        *_of_party(),
        sa.Column("scheme_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("approved_on", sa.Date, nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_mobility_scheme_approvals"),
        sa.UniqueConstraint("scheme_id", "side", "edition", name="uq_mobility_scheme_approvals_scheme_id_side"),
        # Both sides are two organisations.
        sa.UniqueConstraint(
            "scheme_id", "organisation_id", "edition", name="uq_mobility_scheme_approvals_organisation"
        ),
        _refers("mobility_scheme_approvals", "partnership_id", "partnerships"),
        _refers("mobility_scheme_approvals", "organisation_id", "organisations"),
        _refers("mobility_scheme_approvals", "scheme_id", "mobility_schemes"),
    )
    op.execute("SELECT protect('mobility_scheme_approvals', 'partnership_id')")
    op.execute("SELECT keep_history('mobility_scheme_approvals', 'organisation_id', 'partnership_id')")


def _diaspora() -> None:
    op.create_table(
        "diaspora_engagements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("residence", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("isco08", JSONB, nullable=False),
        sa.Column("regions", JSONB, nullable=False),
        sa.Column("hours_offered", sa.Integer, nullable=False),
        sa.Column("amount_offered", JSONB),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("partnership_ids", ARRAY(sa.Uuid), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_diaspora_engagements"),
        sa.UniqueConstraint(
            "organisation_id", "external_id", name="uq_diaspora_engagements_organisation_id_external_id"
        ),
        _refers("diaspora_engagements", "organisation_id", "organisations"),
    )
    op.create_index(
        "ix_diaspora_engagements_partnership_ids", "diaspora_engagements", ["partnership_ids"], postgresql_using="gin"
    )
    op.execute("SELECT protect('diaspora_engagements', 'id')")
    op.execute("SELECT keep_history('diaspora_engagements', 'organisation_id', 'id')")
    op.create_table(
        "diaspora_deliveries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("engagement_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("hours", sa.Numeric(18, 2), nullable=False),
        sa.Column("amount", JSONB),
        sa.Column("rate_to_eur", sa.Numeric(24, 12)),
        sa.Column("rate_source", sa.Text),
        sa.Column("amount_eur", sa.Numeric(18, 4), nullable=False),
        sa.Column("beneficiaries", sa.Integer, nullable=False),
        sa.Column("note", sa.Text),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_diaspora_deliveries"),
        _refers("diaspora_deliveries", "engagement_id", "diaspora_engagements"),
        _refers("diaspora_deliveries", "organisation_id", "organisations"),
    )
    op.create_index("ix_diaspora_deliveries_engagement_id", "diaspora_deliveries", ["engagement_id"])
    op.execute("SELECT protect('diaspora_deliveries', 'engagement_id')")
    op.execute("SELECT keep_history('diaspora_deliveries', 'organisation_id', 'engagement_id')")
    _vettings()


def _vettings() -> None:
    op.create_table(
        "diaspora_vettings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("engagement_id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("grounds", sa.Text, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_diaspora_vettings"),
        sa.CheckConstraint("organisation_id <> owner_id", name="ck_diaspora_vettings_by_another"),
        _refers("diaspora_vettings", "engagement_id", "diaspora_engagements"),
        _refers("diaspora_vettings", "organisation_id", "organisations"),
    )
    op.create_index("ix_diaspora_vettings_engagement_id", "diaspora_vettings", ["engagement_id"])
    # Read by who was vetted, who vetted and whoever reads the engagement; written by who vets.
    _secure("diaspora_vettings")
    op.execute(
        "CREATE POLICY diaspora_vettings_read ON diaspora_vettings FOR SELECT USING ("
        f"{_is('owner_id')} OR {_is('organisation_id')} OR {_TENANT} = '*'"
        " OR EXISTS (SELECT 1 FROM shares WHERE shares.record_id = engagement_id"
        f" AND {_is('shares.reader_id')}))"
    )
    op.execute(
        "CREATE POLICY diaspora_vettings_add ON diaspora_vettings FOR INSERT"
        f" WITH CHECK ({_is('organisation_id')} OR {_TENANT} = '*')"
    )
    op.execute("SELECT keep_history('diaspora_vettings', 'owner_id', 'engagement_id')")


def _partner_offers() -> None:
    op.create_table(
        "partner_offers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("origin", sa.Text),
        sa.Column("destination", sa.Text),
        sa.Column("sector", sa.Text),
        sa.Column("model", sa.Text),
        sa.Column("capacity", sa.Integer),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("description", JSONB),
        sa.Column("valid_to", sa.Date, nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_partner_offers"),
        sa.UniqueConstraint("organisation_id", "external_id", name="uq_partner_offers_organisation_id_external_id"),
        _refers("partner_offers", "organisation_id", "organisations"),
    )
    op.create_index("ix_partner_offers_role", "partner_offers", ["role", "valid_to"])
    _publish("partner_offers")
    op.create_table(
        "partner_offer_answers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("offer_id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("with_offer_id", sa.Uuid),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_partner_offer_answers"),
        sa.UniqueConstraint("offer_id", "organisation_id", name="uq_partner_offer_answers_offer_id_organisation_id"),
        sa.CheckConstraint("organisation_id <> owner_id", name="ck_partner_offer_answers_by_another"),
        _refers("partner_offer_answers", "offer_id", "partner_offers"),
        _refers("partner_offer_answers", "with_offer_id", "partner_offers"),
        _refers("partner_offer_answers", "organisation_id", "organisations"),
        _refers("partner_offer_answers", "partnership_id", "partnerships"),
    )
    # Between the two; either may say which partnership came of it.
    _secure("partner_offer_answers")
    both = f"{_is('owner_id')} OR {_is('organisation_id')} OR {_TENANT} = '*'"
    op.execute(f"CREATE POLICY partner_offer_answers_read ON partner_offer_answers FOR SELECT USING ({both})")
    op.execute(
        "CREATE POLICY partner_offer_answers_add ON partner_offer_answers FOR INSERT"
        f" WITH CHECK ({_is('organisation_id')})"
    )
    op.execute(
        f"CREATE POLICY partner_offer_answers_update ON partner_offer_answers FOR UPDATE USING ({both})"
        f" WITH CHECK ({both})"
    )
    op.execute("SELECT keep_history('partner_offer_answers', 'organisation_id', 'id')")


def _service_providers() -> None:
    op.create_table(
        "service_providers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("summary", JSONB),
        sa.Column("countries", JSONB, nullable=False),
        sa.Column("employer_pays", sa.Boolean, nullable=False),
        sa.Column("prices", JSONB, nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_service_providers"),
        sa.UniqueConstraint("organisation_id", "kind", name="uq_service_providers_organisation_id_kind"),
        _refers("service_providers", "organisation_id", "organisations"),
    )
    _publish("service_providers")


def _about_providers() -> None:
    _about_provider(
        "licences",
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
    )
    _about_provider(
        "iris_assessments",
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
    )
    _about_provider(
        "provider_ratings",
        sa.Column("score", sa.SmallInteger, nullable=False),
        sa.Column("comment", sa.Text),
    )
    _about_provider(
        "provider_sanctions",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
    )


def _about_provider(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("provider_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        *columns,
        *_record(),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _refers(table, "provider_id", "service_providers"),
        _refers(table, "organisation_id", "organisations"),
    )
    op.create_index(f"ix_{table}_provider_id", table, ["provider_id"])
    _publish(table)


def _service_orders() -> None:
    op.create_table(
        "service_orders",
        *_of_party(),
        sa.Column("provider_id", sa.Uuid, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("price", JSONB, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("ordered_on", sa.Date, nullable=False),
        sa.Column("usable_when_ordered", sa.Boolean, nullable=False),
        sa.Column("fee_free_when_ordered", sa.Boolean, nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_service_orders"),
        _refers("service_orders", "partnership_id", "partnerships"),
        _refers("service_orders", "organisation_id", "organisations"),
        _refers("service_orders", "provider_id", "service_providers"),
    )
    op.create_index("ix_service_orders_partnership_id", "service_orders", ["partnership_id"])
    op.execute("SELECT protect('service_orders', 'partnership_id')")
    op.execute("SELECT keep_history('service_orders', 'organisation_id', 'partnership_id')")


def _accreditations() -> None:
    op.add_column("programmes", sa.Column("certificate", sa.Text))
    op.create_table(
        "accreditations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("programme_id", sa.Uuid, nullable=False),
        sa.Column("provider_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_accreditations"),
        sa.CheckConstraint("organisation_id <> provider_id", name="ck_accreditations_by_another"),
        _refers("accreditations", "programme_id", "programmes"),
        _refers("accreditations", "organisation_id", "organisations"),
    )
    op.create_index("ix_accreditations_programme_id", "accreditations", ["programme_id"])
    # Written by the authority; read by it, by the provider, and by whoever reads the programme.
    op.execute("SELECT protect('accreditations', 'programme_id')")
    op.execute(f"CREATE POLICY accreditations_provider ON accreditations FOR SELECT USING ({_is('provider_id')})")
    op.execute("SELECT keep_history('accreditations', 'organisation_id', 'programme_id')")


def _secure(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _is(column: str) -> str:
    return f"{column} = nullif(nullif({_TENANT}, ''), '*')::uuid"


def _publish(table: str) -> None:
    """Public among partners: every client reads it, the organisation that wrote it writes it."""
    _secure(table)
    op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({_TENANT} <> '')")
    own = f"({_is('organisation_id')} OR {_TENANT} = '*')"
    op.execute(f"CREATE POLICY {table}_write ON {table} USING {own} WITH CHECK {own}")
    op.execute(f"SELECT keep_history('{table}', 'organisation_id', NULL)")


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")


def _of_party() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
    )


def _record() -> tuple[sa.Column, ...]:
    return (
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("accreditations")
    op.drop_column("programmes", "certificate")
    op.drop_table("service_orders")
    for table in ("provider_sanctions", "provider_ratings", "iris_assessments", "licences"):
        op.drop_table(table)
    op.drop_table("service_providers")
    op.drop_table("partner_offer_answers")
    op.drop_table("partner_offers")
    op.drop_table("diaspora_vettings")
    op.drop_table("diaspora_deliveries")
    op.drop_table("diaspora_engagements")
    op.drop_table("mobility_scheme_approvals")
    op.drop_table("mobility_schemes")
    op.drop_table("hosts")
