"""Fields, hierarchy and life of partnerships."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0008"
down_revision = "registry_0007"
branch_labels = None
depends_on = None

_LISTS = ("just_transition_groups", "green_focus", "policy_frames", "hypotheses")
_OBJECTS = (
    "just_transition_statement",
    "recognition",
    "recruitment_policy",
    "protection",
    "social_security",
    "return_reintegration",
    "diaspora_engagement_plan",
    "monitoring",
    "data_protection",
    "closing",
)
_TEXTS = ("acronym", "track_choice_point", "track_switch_rule")
_DATES = ("actual_start", "actual_end", "signature_date")
# Links to other records, with the tables they lead to.
_LINKS = {"programme_id": "cooperation_programmes", "successor_of": "partnerships", "replicated_from": "partnerships"}
_TENANT = "nullif(nullif((SELECT current_setting('passerelle.tenant', true)), ''), '*')::uuid"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _create_cooperation()
    _add_fields()
    _let_any_party_suspend()
    _create_needs()
    _create_checklists()
    _create_incidents()


def _a_party(table: str, *roles: str) -> str:
    """A condition: the tenant is a party of the partnership that `table` names, with one of `roles` if given."""
    key = "id" if table == "partnerships" else "partnership_id"
    wanted = f" AND p.role IN {roles}" if roles else ""
    return (
        f"EXISTS (SELECT 1 FROM partnership_parties p WHERE p.partnership_id = {table}.{key}"
        f" AND p.organisation_id = {_TENANT}{wanted} AND (p.left_on IS NULL OR p.left_on > current_date))"
    )


def _let_any_party_suspend() -> None:
    party = _a_party("partnerships")
    op.execute(
        f"CREATE POLICY partnerships_suspend ON partnerships FOR UPDATE USING (status = 'ACTIVE' AND {party})"
        f" WITH CHECK (status = 'SUSPENDED' AND {party})"
    )


def _record(table: str, *columns: sa.Column | sa.Constraint) -> None:
    """A table of what parties keep about a partnership, read by all of them, written by its owner, with history."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        *columns,
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=f"fk_{table}_partnership_id_partnerships"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=f"fk_{table}_organisation_id_organisations"
        ),
    )
    op.create_index(f"ix_{table}_partnership_id", table, ["partnership_id"])
    op.execute(f"SELECT protect('{table}', 'partnership_id')")
    op.execute(f"SELECT keep_history('{table}', 'organisation_id', 'partnership_id')")


def _create_needs() -> None:
    _record(
        "needs",
        sa.Column("party", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("persona", sa.Text, nullable=False),
        sa.Column("isco08", sa.Text),
        sa.Column("skill", sa.Text),
        sa.Column("sector", sa.Text),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("urgency", sa.Text, nullable=False),
        sa.Column("statement", JSONB, nullable=False),
        sa.Column("evidence", sa.Text),
    )


def _create_checklists() -> None:
    _record(
        "checklist_entries",
        sa.Column("item", sa.SmallInteger, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("side", sa.Text),
        sa.Column("evidence", sa.Text),
        sa.UniqueConstraint("partnership_id", "item", name="uq_checklist_entries_partnership_id_item"),
    )
    # Leads of either side correct what another party answered; the answer is then theirs.
    op.execute(
        "CREATE POLICY checklist_entries_lead ON checklist_entries FOR UPDATE"
        f" USING ({_a_party('checklist_entries', 'LEAD', 'CO_LEAD')}) WITH CHECK (organisation_id = {_TENANT})"
    )
    _record(
        "checklist_waivers",
        sa.Column("item", sa.SmallInteger, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("partnership_id", "item", "side", name="uq_checklist_waivers_partnership_id_item_side"),
    )


def _create_incidents() -> None:
    _record(
        "incidents",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("guard", sa.Text),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
    )
    _record(
        "suspension_rules",
        sa.Column("guard_trips", sa.Integer, nullable=False),
        sa.Column("forced_labour_indicators", sa.Integer, nullable=False),
        sa.UniqueConstraint("partnership_id", name="uq_suspension_rules_partnership_id"),
    )


def _create_cooperation() -> None:
    op.create_table(
        "cooperation_programmes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("acronym", sa.Text),
        sa.Column("summary", JSONB),
        sa.Column("parent_id", sa.Uuid),
        sa.Column("successor_of", sa.Uuid),
        sa.Column("origins", JSONB, nullable=False),
        sa.Column("destinations", JSONB, nullable=False),
        sa.Column("objectives", JSONB, nullable=False),
        sa.Column("funders", JSONB, nullable=False),
        sa.Column("implementers", JSONB, nullable=False),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("website", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_cooperation_programmes"),
        sa.UniqueConstraint("code", name="uq_cooperation_programmes_code"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_cooperation_programmes_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["cooperation_programmes.id"], name="fk_cooperation_programmes_parent_id"
        ),
        sa.ForeignKeyConstraint(
            ["successor_of"], ["cooperation_programmes.id"], name="fk_cooperation_programmes_successor_of"
        ),
    )
    op.create_index("ix_cooperation_programmes_parent_id", "cooperation_programmes", ["parent_id"])
    # Public like organisations: every client reads them, the organisation that registered one writes it.
    op.execute("SELECT protect('cooperation_programmes', NULL)")
    op.execute(
        "CREATE POLICY cooperation_programmes_public ON cooperation_programmes FOR SELECT"
        " USING ((SELECT current_setting('passerelle.tenant', true)) <> '')"
    )
    op.execute("SELECT keep_history('cooperation_programmes', 'organisation_id', NULL)")
    op.execute(
        "CREATE POLICY history_of_cooperation ON history FOR SELECT USING (kind = 'cooperation_programmes'"
        " AND (SELECT current_setting('passerelle.tenant', true)) <> '')"
    )


def _add_fields() -> None:
    for name in _TEXTS:
        op.add_column("partnerships", sa.Column(name, sa.Text))
    for name in _DATES:
        op.add_column("partnerships", sa.Column(name, sa.Date))
    for name in _OBJECTS:
        op.add_column("partnerships", sa.Column(name, JSONB))
    for name in _LISTS:
        op.add_column("partnerships", sa.Column(name, JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")))
    for name, table in _LINKS.items():
        op.add_column("partnerships", sa.Column(name, sa.Uuid))
        op.create_foreign_key(f"fk_partnerships_{name}_{table}", "partnerships", table, [name], ["id"])
    op.create_index("ix_partnerships_programme_id", "partnerships", ["programme_id"])
    op.add_column("partnership_parties", sa.Column("signed_document_id", sa.Uuid))
    op.add_column("partnership_parties", sa.Column("contact", JSONB))


def _drop_fields() -> None:
    op.drop_column("partnership_parties", "contact")
    op.drop_column("partnership_parties", "signed_document_id")
    for name in (*_LINKS, *_LISTS, *_OBJECTS, *_DATES, *_TEXTS):
        op.drop_column("partnerships", name)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("suspension_rules", "incidents", "checklist_waivers", "checklist_entries", "needs"):
        op.drop_table(table)
    op.execute("DROP POLICY partnerships_suspend ON partnerships")
    _drop_fields()
    op.execute("DROP POLICY history_of_cooperation ON history")
    op.drop_table("cooperation_programmes")
