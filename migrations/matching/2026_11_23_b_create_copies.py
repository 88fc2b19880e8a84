"""Local copies of the registry's records, the taxonomy snapshot, and what the engine must forget."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "matching_0002"
down_revision = "matching_0001"
branch_labels = None
depends_on = None

_TABLES = ("organisations", "partnerships", "openings", "programmes", "training_sessions")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    # Which transaction wrote a row last: the engine asks for what was written since its last look, and a row that
    # commits late still has a number that it has not passed (see services/matching/engine.py).
    op.execute(
        "CREATE FUNCTION mark_changed() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.changed_xid := pg_current_xact_id(); RETURN NEW; END $$"
    )
    _table("organisations", _text("code"), _json("name"), _text("country"), _text("type"))
    _table("partnerships", _owner(), _text("status"), _json("data"), _changed())
    _table("openings", _owner(), _text("status"), _partnerships(), _json("data"), _changed())
    _table("programmes", _owner(), _partnerships(), _json("data"))
    _table(
        "training_sessions",
        _owner(),
        sa.Column("programme_id", sa.Uuid, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
    )
    op.create_index("ix_training_sessions_programme_id", "training_sessions", ["programme_id"])
    for table in ("openings", "programmes"):
        op.create_index(f"ix_{table}_partnership_ids", table, ["partnership_ids"], postgresql_using="gin")
    for table in ("partnerships", "openings", "programmes", "training_sessions"):
        op.execute(f"SELECT protect('{table}', 'id')")
    _house_only()
    for table in ("partnerships", "openings", "forgotten"):
        _track_changes(table)
    op.execute("ALTER TABLE organisations ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE organisations FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY organisations_read ON organisations FOR SELECT"
        " USING (current_setting('passerelle.tenant', true) <> '')"
    )
    op.execute(
        "CREATE POLICY organisations_house ON organisations USING (current_setting('passerelle.tenant', true) = '*')"
    )


def _house_only() -> None:
    op.create_table(
        "taxonomy_snapshots",
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("etag", name="pk_taxonomy_snapshots"),
    )
    op.create_table(
        "forgotten",
        sa.Column("id", sa.Uuid, nullable=False),
        _changed(),
        sa.PrimaryKeyConstraint("id", name="pk_forgotten"),
    )
    for table in ("taxonomy_snapshots", "forgotten"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_house ON {table} USING (current_setting('passerelle.tenant', true) = '*')")
    op.execute("CREATE POLICY taxonomy_snapshots_read ON taxonomy_snapshots FOR SELECT USING (true)")


def _table(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name, sa.Column("id", sa.Uuid, nullable=False), *columns, sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    )


def _track_changes(table: str) -> None:
    op.execute(f"CREATE INDEX ix_{table}_changed_xid ON {table} (changed_xid, id)")
    op.execute(
        f"CREATE TRIGGER mark_changed BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION mark_changed()"
    )


class Xid8(sa.types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self) -> str:
        return "xid8"


def _changed() -> sa.Column:
    return sa.Column("changed_xid", Xid8, nullable=False)


def _owner() -> sa.Column:
    return sa.Column("organisation_id", sa.Uuid, nullable=False)


def _partnerships() -> sa.Column:
    return sa.Column("partnership_ids", ARRAY(sa.Uuid), nullable=False)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB, nullable=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("forgotten", "taxonomy_snapshots", *reversed(_TABLES)):
        op.drop_table(table)
    op.execute("DROP FUNCTION mark_changed")
