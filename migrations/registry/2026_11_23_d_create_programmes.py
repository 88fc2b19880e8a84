"""Training programmes and their sessions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "registry_0004"
down_revision = "registry_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "programmes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("description", JSONB),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("location", sa.Text),
        sa.Column("delivery_mode", sa.Text, nullable=False),
        sa.Column("hours", sa.Integer, nullable=False),
        sa.Column("eqf", sa.SmallInteger),
        sa.Column("isco08", JSONB, nullable=False),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("prerequisites", JSONB, nullable=False),
        sa.Column("language", JSONB),
        sa.Column("cost_per_trainee", JSONB, nullable=False),
        sa.Column("trainee_pays", JSONB),
        sa.Column("accredited", sa.Boolean, nullable=False),
        sa.Column("partnership_ids", ARRAY(sa.Uuid), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_programmes"),
        sa.UniqueConstraint("organisation_id", "external_id", name="uq_programmes_organisation_id_external_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_programmes_organisation_id_organisations"
        ),
    )
    op.create_index("ix_programmes_partnership_ids", "programmes", ["partnership_ids"], postgresql_using="gin")
    op.create_index(
        "ix_programmes_skills",
        "programmes",
        ["skills"],
        postgresql_using="gin",
        postgresql_ops={"skills": "jsonb_path_ops"},
    )
    op.execute("SELECT protect('programmes', 'id')")
    op.create_table(
        "programme_sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("programme_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_programme_sessions"),
        sa.UniqueConstraint("organisation_id", "external_id", name="uq_programme_sessions_organisation_id_external_id"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name="fk_programme_sessions_programme_id_programmes"
        ),
    )
    op.create_index("ix_programme_sessions_programme_id", "programme_sessions", ["programme_id"])
    # A session is shared with those its programme is shared with.
    op.execute("SELECT protect('programme_sessions', 'programme_id')")


def _record() -> tuple[sa.Column, ...]:
    return (
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("programme_sessions")
    op.drop_table("programmes")
