"""Firms, hosts, stays abroad, agreements between firms, and mentors."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "matching_0009"
down_revision = "matching_0008"
branch_labels = None
depends_on = None

_COPIES = ("hosts", "mobility_schemes", "diaspora_engagements")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in _COPIES:
        op.create_table(
            table,
            *_ids("id", "organisation_id"),
            sa.Column("partnership_ids", ARRAY(sa.Uuid), nullable=False),
            sa.Column("data", JSONB, nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_partnership_ids", table, ["partnership_ids"], postgresql_using="gin")
        op.execute(f"SELECT protect('{table}', 'id')")
    _firms()
    _mobilities()
    _stays()
    _results()
    _mentorings()


def _firms() -> None:
    op.create_table(
        "firms",
        *_record(),
        *_ids("candidate_id"),
        *_texts("name", "country", "sector"),
        sa.Column("formalised", sa.Boolean, nullable=False),
        *(sa.Column(n, sa.Text) for n in ("registration_number", "registration_evidence", "continuity_person")),
        *(sa.Column(n, sa.Text) for n in ("region", "need")),
        sa.Column("turnover", JSONB(none_as_null=True)),
        sa.Column("founded_on", sa.Date),
        *(sa.Column(n, sa.Integer) for n in ("staff", "innovation", "export_readiness")),
        sa.Column("green_product", sa.Boolean),
        *(sa.Column(n, JSONB, nullable=False) for n in ("capabilities_wanted", "cooperation_sought", "visits")),
        sa.Column("stay_days_wanted", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_firms"),
        sa.UniqueConstraint("candidate_id", name="uq_firms_candidate_id"),
    )
    op.execute("SELECT protect('firms', NULL)")


def _mobilities() -> None:
    op.create_table(
        "mobilities",
        *_record(),
        *_ids("candidate_id", "partnership_id"),
        *(sa.Column(n, sa.Uuid) for n in ("scheme_id", "host_id")),
        *_texts("corridor", "status"),
        sa.Column("status_date", sa.Date, nullable=False),
        *(sa.Column(n, sa.Text) for n in ("diagnosis", "preparation", "reason")),
        sa.Column("referral", JSONB(none_as_null=True)),
        sa.Column("next_steps", JSONB, nullable=False),
        sa.Column("returned_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_mobilities"),
        # Whoever stops is told why and what comes next, whoever writes it.
        sa.CheckConstraint(
            "status NOT IN ('CLOSED', 'FAILED_FORMALISATION')"
            " OR (reason IS NOT NULL AND jsonb_array_length(next_steps) >= 1)",
            name="ck_mobilities_next_step",
        ),
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_mobilities_open ON mobilities (candidate_id, partnership_id) WHERE status <> 'CLOSED'"
    )
    op.execute("SELECT protect('mobilities', NULL)")


def _stays() -> None:
    op.create_table(
        "stays",
        *_record(),
        *_ids("mobility_id", "candidate_id", "host_id", "host_organisation_id"),
        *_texts("country", "visa_class", "status"),
        *(sa.Column(n, sa.Date, nullable=False) for n in ("from_date", "to_date")),
        *(sa.Column(n, sa.Date) for n in ("visa_valid_from", "visa_valid_to", "host_answered_on")),
        *(sa.Column(n, sa.Boolean) for n in ("host_accepts",)),
        sa.Column("share_identity", sa.Boolean, nullable=False),
        *(sa.Column(n, sa.Text) for n in ("pathway", "reason")),
        sa.Column("next_steps", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stays"),
        sa.CheckConstraint("to_date >= from_date", name="ck_stays_to_date"),
    )
    for column in ("mobility_id", "candidate_id", "host_id"):
        op.create_index(f"ix_stays_{column}", "stays", [column])
    op.execute("SELECT protect('stays', 'id')")


def _results() -> None:
    op.create_table(
        "firm_agreements",
        *_record(),
        *_ids("mobility_id", "candidate_id"),
        sa.Column("stay_id", sa.Uuid),
        *_texts("type", "counterpart", "counterpart_country"),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("value", JSONB(none_as_null=True)),
        sa.Column("value_eur", sa.Numeric(18, 4)),
        sa.PrimaryKeyConstraint("id", name="pk_firm_agreements"),
    )
    op.create_table(
        "mobility_follow_ups",
        *_record(),
        *_ids("mobility_id", "candidate_id"),
        *(sa.Column(n, sa.Integer, nullable=False) for n in ("month", "jobs_created", "jobs_kept")),
        sa.Column("took_place_on", sa.Date, nullable=False),
        *(sa.Column(n, sa.Boolean, nullable=False) for n in ("trading", "returned")),
        sa.Column("turnover", JSONB(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_mobility_follow_ups"),
        sa.UniqueConstraint("mobility_id", "month", name="uq_mobility_follow_ups_mobility_id_month"),
    )
    for table in ("firm_agreements", "mobility_follow_ups"):
        op.create_index(f"ix_{table}_mobility_id", table, ["mobility_id"])
        op.create_index(f"ix_{table}_candidate_id", table, ["candidate_id"])
        op.execute(f"SELECT protect('{table}', NULL)")


def _mentorings() -> None:
    op.create_table(
        "mentorings",
        *_record(),
        *_ids("candidate_id", "engagement_id", "mentor_organisation_id"),
        *_texts("status"),
        sa.Column("planned_on", sa.Date, nullable=False),
        sa.Column("hours", sa.Numeric(8, 2), nullable=False),
        sa.Column("held_on", sa.Date),
        sa.Column("amount", JSONB(none_as_null=True)),
        sa.Column("amount_eur", sa.Numeric(18, 4)),
        sa.Column("reason", sa.Text),
        sa.Column("next_steps", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mentorings"),
        sa.CheckConstraint("hours > 0", name="ck_mentorings_hours"),
    )
    for column in ("engagement_id", "candidate_id"):
        op.create_index(f"ix_mentorings_{column}", "mentorings", [column])
    op.execute("SELECT protect('mentorings', 'id')")


def _record() -> tuple[sa.Column, ...]:
    return (
        *_ids("id", "organisation_id"),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def _ids(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Uuid, nullable=False) for name in names)


def _texts(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Text, nullable=False) for name in names)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    tables = ("mentorings", "mobility_follow_ups", "firm_agreements", "stays", "mobilities", "firms")
    for table in (*tables, *reversed(_COPIES)):
        op.drop_table(table)
