"""The whole life of an enrolment, a proposal and a placement, with what comes next."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0007"
down_revision = "matching_0006"
branch_labels = None
depends_on = None

_LIVES = ("enrolments", "proposals", "placements")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    # Row-level security would hide the rows from the migration.
    op.execute("SELECT set_config('passerelle.tenant', '*', true)")
    for table in _LIVES:
        op.add_column(table, sa.Column("told_status", sa.Text))
        op.execute(f"UPDATE {table} SET told_status = status")
    op.add_column("enrolments", sa.Column("waiting_since", sa.DateTime(timezone=True)))
    _steps()
    _closings()
    _contestations()


def _steps() -> None:
    op.create_table(
        "case_steps",
        *_ids("id", "organisation_id", "case_id", "candidate_id", "by_organisation"),
        sa.Column("shared_case_id", sa.Uuid),
        *_texts("kind", "to_status", "by_client"),
        *(sa.Column(name, sa.Text) for name in ("from_status", "decided_by", "reason", "override_reason")),
        *(sa.Column(name, sa.Text) for name in ("evidence", "comment")),
        sa.Column("took_place_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_steps", JSONB, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("id", name="pk_case_steps"),
    )
    op.create_index("ix_case_steps_case_id", "case_steps", ["case_id", "id"])
    op.create_index("ix_case_steps_candidate_id", "case_steps", ["candidate_id"])
    op.execute("SELECT protect('case_steps', 'shared_case_id')")
    # Never changed; removed by erasure alone, which acts for the house.
    op.execute("DROP POLICY case_steps_update ON case_steps")
    op.execute("DROP POLICY case_steps_delete ON case_steps")
    op.execute(
        "CREATE POLICY case_steps_erase ON case_steps FOR DELETE"
        " USING ((SELECT current_setting('passerelle.tenant', true)) = '*')"
    )


def _closings() -> None:
    op.create_table(
        "closings",
        *_record(),
        *_ids("case_id", "candidate_id", "partnership_id", "closed_by"),
        *_texts("kind", "status", "reason"),
        sa.Column("next_steps", JSONB, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("tell_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_closings"),
        # No case closes without something to do next, whoever writes it.
        sa.CheckConstraint("reason <> '' AND jsonb_array_length(next_steps) >= 1", name="ck_closings_next_step"),
    )
    op.create_index("ix_closings_candidate_id", "closings", ["candidate_id"])
    op.create_index("ix_closings_case_id", "closings", ["case_id"])
    op.execute("SELECT protect('closings', NULL)")


def _contestations() -> None:
    op.create_table(
        "contestations",
        *_record(),
        *_ids("closing_id", "case_id", "candidate_id", "answerer_id"),
        *_texts("kind", "grounds", "status"),
        sa.Column("contested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        *(sa.Column(name, sa.Text) for name in ("decided_by", "answered_by", "answer")),
        sa.PrimaryKeyConstraint("id", name="pk_contestations"),
        sa.UniqueConstraint("closing_id", name="uq_contestations_closing_id"),
    )
    op.create_index("ix_contestations_candidate_id", "contestations", ["candidate_id"])
    op.create_index("ix_contestations_case_id", "contestations", ["case_id"])
    op.execute("SELECT protect('contestations', 'case_id')")


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
    for table in ("contestations", "closings", "case_steps"):
        op.drop_table(table)
    op.drop_column("enrolments", "waiting_since")
    for table in reversed(_LIVES):
        op.drop_column(table, "told_status")
