"""Costs, exchange rates, payments, result targets, risks, lessons and evidence."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "registry_0010"
down_revision = "registry_0009"
branch_labels = None
depends_on = None

_TENANT = "(SELECT current_setting('passerelle.tenant', true))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _create_costs()
    _create_exchange_rates()
    _create_results()
    _create_milestones()
    _create_evidence()


def _create(table: str, *parts: sa.schema.SchemaItem) -> None:
    """A table of what parties keep about a partnership: they read all of it, each writes its own."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        *parts,
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _points_to(table, "partnership_id", "partnerships"),
        _points_to(table, "organisation_id", "organisations"),
    )
    op.create_index(f"ix_{table}_partnership_id", table, ["partnership_id"])
    op.execute(f"SELECT protect('{table}', 'partnership_id')")
    op.execute(f"SELECT keep_history('{table}', 'organisation_id', 'partnership_id')")


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _let_nobody_change(table: str) -> None:
    """Row-level security refuses what no policy allows; rows are added only."""
    op.execute(f"DROP POLICY {table}_update ON {table}")
    op.execute(f"DROP POLICY {table}_delete ON {table}")


def _create_costs() -> None:
    _create(
        "cost_matrices",
        sa.Column("reporting_currency", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.UniqueConstraint("partnership_id", name="uq_cost_matrices_partnership_id"),
    )
    # The lines stand once, in the matrix, so that one version of it is one version of them; this shows them as rows.
    op.execute(
        "CREATE VIEW cost_lines WITH (security_invoker = true) AS SELECT m.partnership_id,"
        " line ->> 'group' AS \"group\","
        " line ->> 'payer' AS payer, (line ->> 'share_percent')::numeric AS share_percent,"
        " (line #>> '{budget,amount}')::numeric AS budget_amount, line #>> '{budget,currency}' AS budget_currency"
        " FROM cost_matrices AS m, jsonb_array_elements(m.lines) AS line"
    )
    _create(
        "cost_entries",
        sa.Column("paid_on", sa.Date, nullable=False),
        sa.Column("amount", sa.Numeric(18, 4), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("document_id", sa.Uuid),
        sa.Column("receipt_uri", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("reverses", sa.Uuid),
        sa.Column("reporting_currency", sa.Text, nullable=False),
        sa.Column("reporting_amount", sa.Numeric(18, 4), nullable=False),
        sa.Column("rate", sa.Numeric(24, 12), nullable=False),
        sa.Column("rate_on", sa.Date, nullable=False),
        sa.Column("rate_source", sa.Text, nullable=False),
        sa.UniqueConstraint("reverses", name="uq_cost_entries_reverses"),
        sa.CheckConstraint("rate > 0", name="ck_cost_entries_rate"),
        sa.CheckConstraint("(amount < 0) = (reverses IS NOT NULL)", name="ck_cost_entries_reverses"),
        _points_to("cost_entries", "reverses", "cost_entries"),
        _points_to("cost_entries", "document_id", "documents"),
    )
    _let_nobody_change("cost_entries")


def _create_exchange_rates() -> None:
    op.create_table(
        "exchange_rates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("rate", sa.Numeric(24, 12), nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_uri", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rates"),
        sa.CheckConstraint("rate > 0 AND base <> quote", name="ck_exchange_rates_rate"),
        _points_to("exchange_rates", "organisation_id", "organisations"),
    )
    op.create_index("ix_exchange_rates_base", "exchange_rates", ["base", "quote", "on"])
    # Public: every client reads them; what is written is never changed.
    op.execute("ALTER TABLE exchange_rates ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE exchange_rates FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY exchange_rates_read ON exchange_rates FOR SELECT USING ({_TENANT} <> '')")
    op.execute(
        "CREATE POLICY exchange_rates_insert ON exchange_rates FOR INSERT"
        f" WITH CHECK (organisation_id::text = {_TENANT} OR {_TENANT} = '*')"
    )


def _create_results() -> None:
    _create(
        "result_targets",
        sa.Column("party", sa.Text, nullable=False),
        sa.Column("indicator_code", sa.Text, nullable=False),
        sa.Column("outcome_family", sa.Text, nullable=False),
        sa.Column("track", sa.Text),
        sa.Column("year", sa.SmallInteger),
        sa.Column("baseline", sa.Double),
        sa.Column("target", sa.Double, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("sex", sa.Text),
        sa.Column("age_band", sa.Text),
        sa.Column("hypothesis", JSONB),
    )
    _create(
        "achievements",
        sa.Column("result_target_id", sa.Uuid, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("document_id", sa.Uuid),
        _points_to("achievements", "result_target_id", "result_targets"),
        _points_to("achievements", "document_id", "documents"),
    )
    op.create_index("ix_achievements_result_target_id", "achievements", ["result_target_id", "on"])
    _let_nobody_change("achievements")


def _create_milestones() -> None:
    _create(
        "milestones",
        sa.Column("title", JSONB, nullable=False),
        sa.Column("payee_organisation_id", sa.Uuid, nullable=False),
        sa.Column("amount", JSONB, nullable=False),
        sa.Column("condition", JSONB),
        sa.Column("result_target_id", sa.Uuid),
        sa.Column("threshold", sa.Double),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("payee_organisation_id <> organisation_id", name="ck_milestones_payee_organisation_id"),
        sa.CheckConstraint("(status = 'RELEASED') = (released_at IS NOT NULL)", name="ck_milestones_released_at"),
        _points_to("milestones", "payee_organisation_id", "organisations"),
        _points_to("milestones", "result_target_id", "result_targets"),
    )
    _create(
        "milestone_verifications",
        sa.Column("milestone_id", sa.Uuid, nullable=False),
        sa.Column("milestone_version", sa.BigInteger, nullable=False),
        sa.Column("reached", sa.Boolean, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("document_id", sa.Uuid),
        sa.Column("uri", sa.Text),
        sa.Column("on", sa.Date, nullable=False),
        _points_to("milestone_verifications", "milestone_id", "milestones"),
        _points_to("milestone_verifications", "document_id", "documents"),
    )
    op.create_index("ix_milestone_verifications_milestone_id", "milestone_verifications", ["milestone_id"])
    _let_nobody_change("milestone_verifications")


def _create_evidence() -> None:
    _create(
        "evidence_items",
        sa.Column("claim", JSONB, nullable=False),
        sa.Column("supports", sa.Boolean, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("strength", sa.Text, nullable=False),
        sa.Column("counterfactual", sa.Boolean, nullable=False),
        sa.Column("causal_claim", sa.Text, nullable=False),
        sa.Column("indicator_code", sa.Text),
        sa.Column("document_id", sa.Uuid),
        sa.Column("uri", sa.Text),
        _points_to("evidence_items", "document_id", "documents"),
    )
    _create(
        "lessons",
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("maturity", sa.Text),
        sa.Column("text", JSONB, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("corridor", JSONB),
        sa.Column("sector", sa.Text),
        sa.Column("evidence_item_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("replicable_to", JSONB, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
    )
    op.create_index("ix_lessons_public", "lessons", ["id"], postgresql_where=sa.text("public"))
    op.create_index("ix_lessons_evidence_item_ids", "lessons", ["evidence_item_ids"], postgresql_using="gin")
    # The practice library: public lessons and what they rest on are read by every client.
    op.execute(f"CREATE POLICY lessons_public ON lessons FOR SELECT USING (public AND {_TENANT} <> '')")
    op.execute(
        f"CREATE POLICY evidence_items_public ON evidence_items FOR SELECT USING ({_TENANT} <> '' AND EXISTS"
        " (SELECT 1 FROM lessons WHERE lessons.public AND lessons.organisation_id = evidence_items.organisation_id"
        " AND lessons.evidence_item_ids @> ARRAY[evidence_items.id]))"
    )
    _create(
        "risks",
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("description", JSONB, nullable=False),
        sa.Column("likelihood", sa.SmallInteger, nullable=False),
        sa.Column("impact", sa.SmallInteger, nullable=False),
        sa.Column("mitigation", JSONB, nullable=False),
        sa.Column("owner_organisation_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        _points_to("risks", "owner_organisation_id", "organisations"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("risks")
    op.execute("DROP POLICY evidence_items_public ON evidence_items")  # it names lessons
    op.drop_table("lessons")
    op.drop_table("evidence_items")
    op.drop_table("milestone_verifications")
    op.drop_table("milestones")
    op.drop_table("achievements")
    op.drop_table("result_targets")
    op.drop_table("exchange_rates")
    op.drop_table("cost_entries")
    op.execute("DROP VIEW cost_lines")
    op.drop_table("cost_matrices")
