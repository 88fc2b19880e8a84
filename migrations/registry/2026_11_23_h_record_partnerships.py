"""Fields, hierarchy and life of partnerships."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0008"
down_revision = "registry_0007"
branch_labels = None
depends_on = None


_TENANT = "nullif(nullif((SELECT current_setting('passerelle.tenant', true)), ''), '*')::uuid"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
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


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("suspension_rules", "incidents", "checklist_waivers", "checklist_entries", "needs"):
        op.drop_table(table)
    op.execute("DROP POLICY partnerships_suspend ON partnerships")
