"""Organisations and their API clients."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0002"
down_revision = "registry_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", JSONB, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("sector", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("member_of", sa.Uuid),
        sa.Column("website", sa.Text),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("code", name="uq_organisations_code"),
        sa.ForeignKeyConstraint(["member_of"], ["organisations.id"], name="fk_organisations_member_of_organisations"),
    )
    # Public entries: every client reads them, the organisation itself writes.
    op.execute("ALTER TABLE organisations ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE organisations FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY organisations_read ON organisations FOR SELECT"
        " USING (current_setting('passerelle.tenant', true) <> '')"
    )
    op.execute(
        "CREATE POLICY organisations_write ON organisations"
        " USING (id::text = current_setting('passerelle.tenant', true)"
        " OR current_setting('passerelle.tenant', true) = '*')"
    )
    op.create_table(
        "api_clients",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", JSONB, nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_api_clients"),
        sa.UniqueConstraint("client_id", name="uq_api_clients_client_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_api_clients_organisation_id"),
    )
    op.execute("SELECT protect('api_clients', NULL)")


def _record() -> tuple[sa.Column, ...]:
    return (
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_table("api_clients")
    op.drop_table("organisations")
