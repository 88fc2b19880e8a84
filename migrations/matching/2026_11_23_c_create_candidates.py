"""Candidates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0003"
down_revision = "matching_0002"
branch_labels = None
depends_on = None

_TEXT = ("external_id", "sex", "nationality", "residence", "persona")
_LISTS = ("occupations", "stated_skills", "stated_languages", "stated_recognitions")
_EARNED = ("earned_skills", "earned_languages")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "candidates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXT),
        sa.Column("given_name", sa.Text),
        sa.Column("family_name", sa.Text),
        sa.Column("birth_date", sa.Date, nullable=False),
        *(sa.Column(name, JSONB, nullable=False) for name in (*_LISTS, "preferences", "consent")),
        *(sa.Column(name, JSONB, nullable=False, server_default="[]") for name in _EARNED),
        sa.Column("eqf", sa.Integer),
        sa.Column("available_from", sa.Date, nullable=False),
        sa.Column("available_to", sa.Date),
        sa.Column("track_chosen", sa.Text),
        sa.Column("trained_by_partnership", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_candidates"),
        sa.UniqueConstraint("organisation_id", "external_id", name="uq_candidates_organisation_id_external_id"),
    )
    op.execute("ALTER TABLE candidates ADD COLUMN changed_xid xid8 NOT NULL")
    op.execute("CREATE INDEX ix_candidates_changed_xid ON candidates (changed_xid, id)")
    op.execute(
        "CREATE TRIGGER mark_changed BEFORE INSERT OR UPDATE ON candidates FOR EACH ROW EXECUTE FUNCTION mark_changed()"
    )
    # Never shared as a row: what an employer may see of a person is composed, not read.
    op.execute("SELECT protect('candidates', NULL)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("candidates")
