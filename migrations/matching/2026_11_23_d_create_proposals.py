"""Proposals, answers, placements, enrolments, and the count of places that they use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0004"
down_revision = "matching_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _proposals()
    _placements()
    _enrolments()
    _capacity()


def _proposals() -> None:
    op.create_table(
        "proposals",
        *_record(),
        *_ids("candidate_id", "vacancy_id", "employer_id", "partnership_id"),
        *_texts("track", "corridor", "status"),
        sa.Column("score", sa.Float(53)),
        sa.Column("note", sa.Text),
        sa.Column("placement_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    # One open proposal of a person for a vacancy; a declined one may be followed by another.
    op.execute(
        "CREATE UNIQUE INDEX uq_proposals_open ON proposals (candidate_id, vacancy_id)"
        " WHERE status NOT IN ('DECLINED', 'WITHDRAWN')"
    )
    op.create_table(
        "proposal_answers",
        sa.Column("id", sa.Uuid, nullable=False),
        *_ids("proposal_id", "organisation_id"),
        *_texts("side", "decision"),
        sa.Column("reason", sa.Text),
        sa.Column("comment", sa.Text),
        sa.Column("share_identity", sa.Boolean, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_answers"),
        sa.UniqueConstraint("proposal_id", "side", name="uq_proposal_answers_proposal_id_side"),
    )
    op.execute("SELECT protect('proposals', 'id')")
    op.execute("SELECT protect('proposal_answers', 'proposal_id')")


def _placements() -> None:
    money = ("gross_hourly_earnings", "net_monthly_earnings", "recruitment_costs_paid_by_worker")
    op.create_table(
        "placements",
        *_record(),
        *_ids("proposal_id", "candidate_id", "vacancy_id", "employer_id", "partnership_id"),
        *_texts("track", "corridor", "country", "isco08", "persona", "status"),
        sa.Column("quota_year", sa.Integer, nullable=False),
        sa.Column("started_on", sa.Date),
        *(sa.Column(name, JSONB(none_as_null=True)) for name in money),
        sa.Column("weekly_hours", sa.Integer),
        sa.Column("ended_on", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("comment", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_placements"),
        sa.UniqueConstraint("proposal_id", name="uq_placements_proposal_id"),
    )
    op.create_index("ix_placements_candidate_id", "placements", ["candidate_id"])
    op.execute("SELECT protect('placements', 'id')")


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        *_record(),
        *_ids("candidate_id", "session_id", "programme_id", "provider_id", "partnership_id"),
        *_texts("track", "corridor", "status"),
        sa.Column("status_date", sa.Date, nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
        sa.UniqueConstraint("candidate_id", "session_id", name="uq_enrolments_candidate_id_session_id"),
    )
    op.execute("SELECT protect('enrolments', 'id')")


def _capacity() -> None:
    op.create_table(
        "capacity_uses",
        sa.Column("subject_id", sa.Uuid, nullable=False),
        *_texts("corridor"),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "corridor", "year", name="pk_capacity_uses"),
        sa.CheckConstraint("used >= 0", name="ck_capacity_uses_used"),
    )
    op.execute("ALTER TABLE capacity_uses ADD COLUMN changed_xid xid8 NOT NULL")
    op.execute("CREATE INDEX ix_capacity_uses_changed_xid ON capacity_uses (changed_xid)")
    op.execute(
        "CREATE TRIGGER mark_changed BEFORE INSERT OR UPDATE ON capacity_uses"
        " FOR EACH ROW EXECUTE FUNCTION mark_changed()"
    )
    op.execute("ALTER TABLE capacity_uses ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE capacity_uses FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY capacity_uses_house ON capacity_uses USING (current_setting('passerelle.tenant', true) = '*')"
    )


def _record() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
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
    for table in ("capacity_uses", "enrolments", "placements", "proposal_answers", "proposals"):
        op.drop_table(table)
