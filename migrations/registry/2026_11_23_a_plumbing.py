"""Outbox, feed, idempotency records and shares."""

from pathlib import Path

from alembic import op

revision = "registry_0001"
down_revision = None
branch_labels = None
depends_on = None

_HERE = Path(__file__).parents[1]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _run("plumbing_2026_11_23.sql")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    _run("plumbing_2026_11_23_down.sql")


def _run(file: str) -> None:
    # Straight to the driver, which takes a whole script; SQLAlchemy would prepare it as one statement.
    sql = (_HERE / file).read_text()
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(sql))
