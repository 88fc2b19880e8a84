"""Every version of every record, as it stood."""

from pathlib import Path

from alembic import op

revision = "registry_0007"
down_revision = "registry_0006"
branch_labels = None
depends_on = None

_HERE = Path(__file__).parents[1]
# Table, the column that says whose a record is, the one that says with whom it is shared.
_KEPT = (
    ("organisations", "id", None),
    ("partnerships", "organisation_id", "id"),
    ("partnership_parties", "owner_id", "partnership_id"),
    ("programmes", "organisation_id", "id"),
    ("programme_sessions", "organisation_id", "programme_id"),
    ("vacancies", "organisation_id", "id"),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _run("history_2026_11_23.sql")
    for table, owner, share in _KEPT:
        op.execute(f"SELECT keep_history('{table}', '{owner}', {repr(share) if share else 'NULL'})")
    # An organisation's entry is public among partners, and so is what it was.
    op.execute(
        "CREATE POLICY history_of_organisations ON history FOR SELECT USING (kind = 'organisations'"
        " AND (SELECT coalesce(current_setting('passerelle.tenant', true), '')) <> '')"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _run("history_2026_11_23_down.sql")


def _run(file: str) -> None:
    # Straight to the driver, which takes a whole script; SQLAlchemy would prepare it as one statement.
    sql = (_HERE / file).read_text()
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(sql))
