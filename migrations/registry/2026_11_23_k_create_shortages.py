"""Joint shortage rounds, decisions and safeguards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0011"
down_revision = "registry_0010"
branch_labels = None
depends_on = None

# Readable by all parties of the partnership, in the order in which they refer to each other.
SHARED = (
    "shortage_rounds",
    "shortage_indices",
    "shortage_comments",
    "joint_decisions",
    "joint_decision_signatures",
    "shortage_observations",
    "safeguards",
    "safeguard_consents",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _create_rounds()
    _create_decisions()
    _create_safeguards()
    for table in SHARED:
        op.execute(f"SELECT protect('{table}', 'partnership_id')")
        op.execute(f"SELECT keep_history('{table}', 'organisation_id', 'partnership_id')")
    # What a side sends stays its own: the other side sees the index, never the figures behind it.
    op.execute("SELECT protect('shortage_signals', NULL)")
    op.execute("SELECT keep_history('shortage_signals', 'organisation_id', NULL)")


def _create(table: str, *columns: sa.Column | sa.schema.SchemaItem) -> None:
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


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def _create_rounds() -> None:
    _create(
        "shortage_rounds",
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("isco08", JSONB, nullable=False),
        sa.Column("sectors", JSONB, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("comment_days", sa.Integer, nullable=False),
        sa.Column("parameters", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True)),
        sa.Column("comments_until", sa.Date),
        sa.Column("inputs_hash", sa.Text),
    )
    _create(
        "shortage_signals",
        sa.Column("round_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("isco08", sa.Text, nullable=False),
        sa.Column("signal", sa.Text, nullable=False),
        sa.Column("value", sa.Numeric(18, 6), nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("causes", JSONB, nullable=False),
        sa.Column("note", sa.Text),
        _of("shortage_signals", "round_id", "shortage_rounds"),
        sa.UniqueConstraint(
            "round_id", "organisation_id", "isco08", "signal", "source", "period", name="uq_shortage_signals_round_id"
        ),
    )
    _create(
        "shortage_indices",
        sa.Column("round_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("isco08", sa.Text, nullable=False),
        sa.Column("si", sa.Double),
        sa.Column("shortage_class", sa.Text, nullable=False),
        sa.Column("s01", sa.Double),
        sa.Column("coverage", sa.Double, nullable=False),
        sa.Column("confidence", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("signals", JSONB, nullable=False),
        sa.Column("families", JSONB, nullable=False),
        sa.Column("causes", JSONB, nullable=False),
        sa.Column("causes_stated", sa.Boolean, nullable=False),
        sa.Column("disagreements", JSONB, nullable=False),
        sa.Column("inputs_hash", sa.Text, nullable=False),
        _of("shortage_indices", "round_id", "shortage_rounds"),
        sa.UniqueConstraint("round_id", "side", "isco08", name="uq_shortage_indices_round_id_side_isco08"),
    )
    _create(
        "shortage_comments",
        sa.Column("round_id", sa.Uuid, nullable=False),
        sa.Column("isco08", sa.Text),
        sa.Column("stance", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        _of("shortage_comments", "round_id", "shortage_rounds"),
    )


def _create_decisions() -> None:
    _create(
        "joint_decisions",
        sa.Column("round_id", sa.Uuid, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("isco08", sa.Text, nullable=False),
        sa.Column("computed_class", sa.Text, nullable=False),
        sa.Column("corridor_class", sa.Text, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("away_open", sa.Boolean, nullable=False),
        sa.Column("ratio", sa.Double),
        sa.Column("quota_hint", sa.Integer),
        sa.Column("safeguards", JSONB, nullable=False),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("warnings", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("in_force_on", sa.Date),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("inputs_hash", sa.Text, nullable=False),
        _of("joint_decisions", "round_id", "shortage_rounds"),
        sa.UniqueConstraint("round_id", "isco08", name="uq_joint_decisions_round_id_isco08"),
    )
    _create(
        "joint_decision_signatures",
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("agrees", sa.Boolean, nullable=False),
        sa.Column("proposed_class", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("signed_on", sa.Date, nullable=False),
        _of("joint_decision_signatures", "decision_id", "joint_decisions"),
        sa.UniqueConstraint("decision_id", "side", name="uq_joint_decision_signatures_decision_id_side"),
        # Two signatures are two organisations', on whichever side one of them may stand later.
        sa.UniqueConstraint("decision_id", "organisation_id", name="uq_joint_decision_signatures_organisation"),
    )
    _create(
        "shortage_observations",
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("observed_on", sa.Date, nullable=False),
        sa.Column("origin_vacancy_rate", sa.Numeric(18, 6)),
        sa.Column("incumbent_departures", sa.Integer),
        sa.Column("employed_stock", sa.Integer),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("warnings", JSONB, nullable=False),
        _of("shortage_observations", "decision_id", "joint_decisions"),
    )


def _create_safeguards() -> None:
    _create(
        "safeguards",
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("isco08_minor", sa.Text, nullable=False),
        sa.Column("origin_status", sa.Text, nullable=False),
        sa.Column("list_flag", sa.Boolean, nullable=False),
        sa.Column("default_mode", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("ratio", sa.Double),
        sa.Column("away_cap", sa.Integer),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "partnership_id", "origin", "isco08_minor", "valid_from", name="uq_safeguards_partnership_id_origin"
        ),
    )
    _create(
        "safeguard_consents",
        sa.Column("safeguard_id", sa.Uuid, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("agreement_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        _of("safeguard_consents", "agreement_id", "agreements"),
        _of("safeguard_consents", "safeguard_id", "safeguards"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in reversed(SHARED):
        if table == "shortage_indices":
            op.drop_table("shortage_signals")
        op.drop_table(table)
