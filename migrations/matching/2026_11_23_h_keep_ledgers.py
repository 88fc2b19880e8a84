"""Ledgers, guard-rail cases, check-ins, grievances, recognition dossiers, returns and remittances."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0008"
down_revision = "matching_0007"
branch_labels = None
depends_on = None

_HOUSE = "(SELECT current_setting('passerelle.tenant', true)) = '*'"
_TABLES = (
    "ledger_entries",
    "guard_cases",
    "check_ins",
    "grievance_tokens",
    "grievances",
    "recognition_dossiers",
    "returns",
    "remittances",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _ledger_entries()
    _guard_cases()
    _check_ins()
    _grievances()
    _dossiers()
    _returns()


def _ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        *_ids("id", "organisation_id", "placement_id", "candidate_id", "partnership_id", "recorded_by"),
        *(sa.Column(n, sa.Uuid) for n in ("shared_placement_id", "reimburses", "corrects", "confirmed_by")),
        *_texts("kind", "cost_group", "phase", "payer", "payee", "currency", "recorded_by_client"),
        *(sa.Column(n, sa.Text) for n in ("receipt", "receipt_sha256", "note")),
        sa.Column("amount", sa.Numeric(18, 4), nullable=False),
        sa.Column("paid_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entries"),
        sa.UniqueConstraint("corrects", name="uq_ledger_entries_corrects"),
        # Nobody confirms their own word.
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> recorded_by", name="ck_ledger_entries_confirmed_by"
        ),
    )
    _indexed("ledger_entries", "placement_id", "candidate_id")
    op.execute("SELECT protect('ledger_entries', 'shared_placement_id')")
    # Never changed by those who write it: the house confirms, and erases.
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP POLICY ledger_entries_{verb.lower()} ON ledger_entries")
        op.execute(f"CREATE POLICY ledger_entries_house_{verb.lower()} ON ledger_entries FOR {verb} USING ({_HOUSE})")


def _guard_cases() -> None:
    op.create_table(
        "guard_cases",
        *_record(),
        *_ids("placement_id", "candidate_id", "employer_id", "partnership_id"),
        *_texts("corridor", "code", "status", "reason"),
        sa.Column("evidence", sa.Text),
        *(sa.Column(n, sa.Uuid) for n in ("opened_by", "ledger_entry_id")),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trips_on", sa.Date),
        sa.Column("keys", JSONB, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_guard_cases"),
        sa.UniqueConstraint("ledger_entry_id", name="uq_guard_cases_ledger_entry_id"),
    )
    _indexed("guard_cases", "placement_id", "candidate_id")
    op.create_index(
        "ix_guard_cases_trips_on", "guard_cases", ["trips_on"], postgresql_where=sa.text("status = 'PENDING'")
    )
    op.execute("SELECT protect('guard_cases', 'placement_id')")
    # What blocks is taken away by two sides, which the house sees to: the owner alone changes nothing.
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP POLICY guard_cases_{verb.lower()} ON guard_cases")
        op.execute(f"CREATE POLICY guard_cases_house_{verb.lower()} ON guard_cases FOR {verb} USING ({_HOUSE})")


def _check_ins() -> None:
    op.create_table(
        "check_ins",
        *_record(),
        *_ids("placement_id", "candidate_id", "partnership_id"),
        sa.Column("month", sa.Integer, nullable=False),
        sa.Column("took_place_on", sa.Date, nullable=False),
        *_texts("asked_by"),
        *(sa.Column(n, JSONB, nullable=False) for n in ("answers", "breaches")),
        *(sa.Column(n, sa.Text) for n in ("verified_by", "comment")),
        sa.PrimaryKeyConstraint("id", name="pk_check_ins"),
        sa.UniqueConstraint("placement_id", "month", name="uq_check_ins_placement_id_month"),
    )
    _indexed("check_ins", "candidate_id")
    op.execute("SELECT protect('check_ins', NULL)")


def _grievances() -> None:
    op.create_table(
        "grievance_tokens",
        *_ids("id", "organisation_id", "placement_id", "candidate_id", "employer_id", "partnership_id"),
        *_texts("token_sha256"),
        sa.Column("handlers", JSONB, nullable=False),
        *(sa.Column(n, sa.DateTime(timezone=True), nullable=False) for n in ("issued_at", "expires_at")),
        sa.PrimaryKeyConstraint("id", name="pk_grievance_tokens"),
        sa.UniqueConstraint("token_sha256", name="uq_grievance_tokens_token_sha256"),
    )
    _indexed("grievance_tokens", "candidate_id")
    # By the house alone: who may follow a token to a person knows who complained.
    op.execute("ALTER TABLE grievance_tokens ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE grievance_tokens FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY grievance_tokens_house ON grievance_tokens USING ({_HOUSE}) WITH CHECK ({_HOUSE})")
    op.create_table(
        "grievances",
        *_record(),
        *_ids("token_id", "partnership_id"),
        *(sa.Column(n, sa.Uuid) for n in ("subject_id", "subject_placement_id")),
        *_texts("text", "language", "status"),
        *(sa.Column(n, JSONB, nullable=False) for n in ("categories", "handlers", "messages", "escalations")),
        *(sa.Column(n, sa.Boolean, nullable=False) for n in ("anonymous", "retaliation")),
        sa.Column("level", sa.Integer, nullable=False),
        *(
            sa.Column(n, sa.DateTime(timezone=True), nullable=False)
            for n in ("filed_at", "acknowledge_by", "resolve_by")
        ),
        *(sa.Column(n, sa.DateTime(timezone=True)) for n in ("acknowledged_at", "closed_at")),
        *(sa.Column(n, sa.Text) for n in ("reason", "next_step")),
        sa.PrimaryKeyConstraint("id", name="pk_grievances"),
        # Nobody who complained is left without a reason and something to do next.
        sa.CheckConstraint(
            "closed_at IS NULL OR (reason IS NOT NULL AND next_step IS NOT NULL)", name="ck_grievances_next_step"
        ),
    )
    _indexed("grievances", "token_id")
    op.execute("SELECT protect('grievances', 'id')")


def _dossiers() -> None:
    op.create_table(
        "recognition_dossiers",
        *_record(),
        *_ids("candidate_id", "partnership_id", "authority_id"),
        *_texts("qualification", "isco08", "country", "status"),
        *(sa.Column(n, sa.Date) for n in ("submitted_on", "decided_on", "valid_to")),
        sa.Column("measures", JSONB, nullable=False),
        *(sa.Column(n, sa.Text) for n in ("decision", "reason", "next_step")),
        sa.Column("comparability", JSONB(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_recognition_dossiers"),
        sa.UniqueConstraint(
            "candidate_id", "qualification", "authority_id", name="uq_recognition_dossiers_candidate_id_qualification"
        ),
    )
    op.execute("SELECT protect('recognition_dossiers', 'id')")
    # Apart from what partners state, so that an import does not undo what an authority decided.
    earned = sa.Column("earned_recognitions", JSONB, nullable=False, server_default="[]")
    op.add_column("candidates", earned)


def _returns() -> None:
    op.create_table(
        "returns",
        *_record(),
        *_ids("candidate_id", "placement_id", "partnership_id"),
        *_texts("status"),
        sa.Column("planned_on", sa.Date, nullable=False),
        *(sa.Column(n, JSONB, nullable=False) for n in ("services", "skills_gained")),
        sa.Column("returned_on", sa.Date),
        sa.Column("certificate", sa.Text),
        sa.Column("follow_up", JSONB(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
        sa.UniqueConstraint("placement_id", name="uq_returns_placement_id"),
    )
    op.create_table(
        "remittances",
        *_record(),
        *_ids("candidate_id", "placement_id", "partnership_id"),
        sa.Column("sent_on", sa.Date, nullable=False),
        *(sa.Column(n, sa.Numeric(18, 4), nullable=False) for n in ("amount", "fee")),
        *_texts("currency"),
        sa.PrimaryKeyConstraint("id", name="pk_remittances"),
    )
    for table in ("returns", "remittances"):
        _indexed(table, "candidate_id")
        op.execute(f"SELECT protect('{table}', NULL)")


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


def _indexed(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("candidates", "earned_recognitions")
    for table in reversed(_TABLES):
        op.drop_table(table)
