"""Agreements, documents, legal pathways, obligations and the joint committee."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0009"
down_revision = "registry_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _documents()
    _agreements()
    _legal_pathways()
    _obligations()
    _committees()
    _support_structures()


def _documents() -> None:
    _kept(
        "documents",
        _text("name"),
        _text("media_type"),
        sa.Column("size", sa.BigInteger, nullable=False),
        _text("sha256"),
    )
    op.create_index("ix_documents_sha256", "documents", ["sha256"])
    op.create_table(
        "document_chunks",
        _text("sha256"),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "part", name="pk_document_chunks"),
    )
    # What is sent is compressed already (PDF, images, OOXML); trying again costs time.
    op.execute("ALTER TABLE document_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE document_chunks ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE document_chunks FORCE ROW LEVEL SECURITY")
    # The policies of documents hold inside the subquery: who reads none of them reads no bytes. Nobody changes bytes.
    known = "EXISTS (SELECT 1 FROM documents WHERE documents.sha256 = document_chunks.sha256)"
    op.execute(f"CREATE POLICY document_chunks_read ON document_chunks FOR SELECT USING ({known})")
    op.execute(f"CREATE POLICY document_chunks_add ON document_chunks FOR INSERT WITH CHECK ({known})")


def _agreements() -> None:
    _kept(
        "agreements",
        _text("type"),
        _text("legal_status"),
        _json("title"),
        _json("parties"),
        _json("language_versions"),
        _text("text_uri", nullable=True),
        _text("legal_basis", nullable=True),
        _date("in_force_on", nullable=True),
        _date("expires_on", nullable=True),
        _flag("tacit_renewal"),
        _json("annexes"),
        _json("supports"),
        _json("social_security", nullable=True),
        _id("replaces", nullable=True),
        _refers("agreements", "replaces", "agreements"),
    )
    _kept(
        "agreement_signatures",
        _id("agreement_id"),
        _text("side"),
        _date("signed_on"),
        _text("office"),
        _id("document_id", nullable=True),
        _refers("agreement_signatures", "agreement_id", "agreements"),
        _refers("agreement_signatures", "document_id", "documents"),
        sa.UniqueConstraint("agreement_id", "organisation_id", name="uq_agreement_signatures_agreement_id"),
    )
    _kept(
        "agreement_terminations",
        _id("agreement_id"),
        _date("ends_on"),
        _text("reason"),
        _refers("agreement_terminations", "agreement_id", "agreements"),
        sa.UniqueConstraint("agreement_id", "organisation_id", name="uq_agreement_terminations_agreement_id"),
    )


def _legal_pathways() -> None:
    op.create_table(
        "legal_pathways",
        *_record(),
        _text("key"),
        _json("title"),
        _json("origins"),
        _text("destination"),
        _text("permit_type"),
        _text("legal_reference"),
        _json("personas"),
        _text("family_rights"),
        _count("max_stay_months", nullable=True),
        _flag("renewable"),
        _text("employer_change_right"),
        _flag("path_to_residence"),
        _count("processing_days", nullable=True),
        _json("fee", nullable=True),
        _text("fee_payer", nullable=True),
        _flag("labour_market_test"),
        _count("quota_per_year", nullable=True),
        _flag("multi_entry"),
        _count("minimum_age", nullable=True),
        _count("maximum_age", nullable=True),
        _json("minimum_wage", nullable=True),
        _date("valid_from"),
        _date("valid_to", nullable=True),
        _text("source_uri", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_legal_pathways"),
        sa.UniqueConstraint("key", name="uq_legal_pathways_key"),
        _refers("legal_pathways", "organisation_id", "organisations"),
    )
    # Law is public: every client reads it, the organisation that registered it writes.
    tenant = "(SELECT current_setting('passerelle.tenant', true))"
    op.execute("ALTER TABLE legal_pathways ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE legal_pathways FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY legal_pathways_read ON legal_pathways FOR SELECT USING ({tenant} <> '')")
    op.execute(
        "CREATE POLICY legal_pathways_write ON legal_pathways"
        f" USING (organisation_id::text = {tenant} OR {tenant} = '*')"
    )
    op.execute("SELECT keep_history('legal_pathways', 'organisation_id', NULL)")
    op.execute(
        f"CREATE POLICY history_of_pathways ON history FOR SELECT USING (kind = 'legal_pathways' AND {tenant} <> '')"
    )


def _obligations() -> None:
    _kept(
        "obligations",
        _text("kind"),
        _text("side"),
        _id("to_party", nullable=True),
        _id("agreement_id", nullable=True),
        _json("text"),
        _text("isco08", nullable=True),
        _count("places", nullable=True),
        _json("amount", nullable=True),
        _date("due_on"),
        _text("recurrence"),
        _date("ends_on", nullable=True),
        _refers("obligations", "to_party", "organisations"),
        _refers("obligations", "agreement_id", "agreements"),
    )
    _kept(
        "obligation_fulfilments",
        _id("obligation_id"),
        _date("due_on"),
        _date("fulfilled_on"),
        _id("document_id"),
        _text("note", nullable=True),
        _refers("obligation_fulfilments", "obligation_id", "obligations"),
        _refers("obligation_fulfilments", "document_id", "documents"),
    )
    op.create_index("ix_obligation_fulfilments_obligation_id", "obligation_fulfilments", ["obligation_id"])
    _kept(
        "obligation_confirmations",
        _id("fulfilment_id"),
        _flag("accepted"),
        _text("reason", nullable=True),
        _refers("obligation_confirmations", "fulfilment_id", "obligation_fulfilments"),
        sa.UniqueConstraint("fulfilment_id", "organisation_id", name="uq_obligation_confirmations_fulfilment_id"),
    )
    _kept(
        "obligation_closures",
        _id("obligation_id"),
        _text("outcome"),
        _text("reason"),
        _refers("obligation_closures", "obligation_id", "obligations"),
        sa.UniqueConstraint("obligation_id", name="uq_obligation_closures_obligation_id"),
    )


def _committees() -> None:
    _kept(
        "committees",
        _json("name"),
        _json("members"),
        _count("cadence_months"),
        _id("agreement_id", nullable=True),
        _refers("committees", "agreement_id", "agreements"),
    )
    _kept(
        "committee_meetings",
        _id("committee_id"),
        _date("held_on"),
        _text("place", nullable=True),
        _json("agenda"),
        _json("attended"),
        _id("minutes_document_id", nullable=True),
        _refers("committee_meetings", "committee_id", "committees"),
        _refers("committee_meetings", "minutes_document_id", "documents"),
    )
    _kept(
        "committee_decisions",
        _id("committee_id"),
        _id("meeting_id", nullable=True),
        _count("number"),
        _json("text"),
        _refers("committee_decisions", "committee_id", "committees"),
        _refers("committee_decisions", "meeting_id", "committee_meetings"),
        sa.UniqueConstraint("committee_id", "number", name="uq_committee_decisions_committee_id"),
    )
    _kept(
        "committee_adoptions",
        _id("decision_id"),
        _text("side"),
        _date("adopted_on"),
        _refers("committee_adoptions", "decision_id", "committee_decisions"),
        sa.UniqueConstraint("decision_id", "side", name="uq_committee_adoptions_decision_id"),
        # Both sides are two organisations.
        sa.UniqueConstraint("decision_id", "organisation_id", name="uq_committee_adoptions_organisation"),
    )
    _kept(
        "action_items",
        _id("committee_id"),
        _id("decision_id", nullable=True),
        _id("assignee_id"),
        _json("text"),
        _date("due_on"),
        _flag("cancelled"),
        _refers("action_items", "committee_id", "committees"),
        _refers("action_items", "decision_id", "committee_decisions"),
        _refers("action_items", "assignee_id", "organisations"),
    )
    _kept(
        "action_item_completions",
        _id("action_item_id"),
        _date("done_on"),
        _id("document_id"),
        _text("note", nullable=True),
        _refers("action_item_completions", "action_item_id", "action_items"),
        _refers("action_item_completions", "document_id", "documents"),
        sa.UniqueConstraint("action_item_id", name="uq_action_item_completions_action_item_id"),
    )


def _support_structures() -> None:
    _kept(
        "support_structures",
        _json("name"),
        _text("kind"),
        _text("party"),
        _text("country"),
        _text("location", nullable=True),
        _id("linked_organisation_id", nullable=True),
        _refers("support_structures", "linked_organisation_id", "organisations"),
    )
    _kept(
        "capacity_actions",
        _id("support_structure_id"),
        _text("kind"),
        _json("description"),
        _count("quantity"),
        _count("places_added_per_year"),
        _json("cost", nullable=True),
        _date("done_on"),
        _id("document_id", nullable=True),
        _refers("capacity_actions", "support_structure_id", "support_structures"),
        _refers("capacity_actions", "document_id", "documents"),
    )


def _kept(table: str, *columns: sa.Column | sa.Constraint) -> None:
    """A table of what parties keep about a partnership."""
    op.create_table(
        table,
        *_record(),
        _id("partnership_id"),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _refers(table, "organisation_id", "organisations"),
        _refers(table, "partnership_id", "partnerships"),
    )
    op.create_index(f"ix_{table}_partnership_id", table, ["partnership_id"])
    op.execute(f"SELECT protect('{table}', 'partnership_id')")
    op.execute(f"SELECT keep_history('{table}', 'organisation_id', 'partnership_id')")


def _record() -> tuple[sa.Column, ...]:
    return (
        _id("id"),
        _id("organisation_id"),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def _id(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid, nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def _json(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, JSONB, nullable=nullable)


def _date(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date, nullable=nullable)


def _count(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=nullable)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DROP POLICY history_of_pathways ON history")
    for table in (
        "capacity_actions",
        "support_structures",
        "action_item_completions",
        "action_items",
        "committee_adoptions",
        "committee_decisions",
        "committee_meetings",
        "committees",
        "obligation_closures",
        "obligation_confirmations",
        "obligation_fulfilments",
        "obligations",
        "legal_pathways",
        "agreement_terminations",
        "agreement_signatures",
        "agreements",
        "document_chunks",
        "documents",
    ):
        op.drop_table(table)
