"""Row-level security: on every table of an organisation, in every service, and only for the transaction."""

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from tests.conftest import SERVICES, House

# Tables without rows of any organisation.
HOUSE_TABLES = {"alembic_version", "feed_state", "feed_cursors"}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_tenant_table_is_protected_and_the_runtime_role_cannot_step_over(
    house: House, service: str
) -> None:
    async with house.databases[service].transaction("") as session:
        tables = (
            await session.execute(
                sa.text(
                    "SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) AS owner"
                    " FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
                )
            )
        ).all()
        role = (
            await session.execute(
                sa.text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
            )
        ).one()
    open_tables = {t.relname for t in tables if not (t.relrowsecurity and t.relforcerowsecurity)}
    assert open_tables <= HOUSE_TABLES
    assert (role.rolsuper, role.rolbypassrls) == (False, False)
    assert {t.owner for t in tables} == {f"{role.rolname}_owner"}


@pytest.mark.parametrize("service", SERVICES)
async def test_no_tenant_sees_no_row_of_any_table(house: House, service: str) -> None:
    await house.act("SOMEBODY", "partner-admin")
    async with house.databases[service].transaction("") as session:
        tables = await session.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for table in set(tables) - HOUSE_TABLES:
            count = await session.scalar(sa.text(f'SELECT count(*) FROM "{table}"'))
            assert count == 0, table


async def test_the_tenant_ends_with_its_transaction(house: House) -> None:
    await house.organisation("SOMEBODY")
    database = house.databases["registry"]
    async with database.transaction(tenancy.HOUSE) as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM organisations")) == 1
    async with database.engine.connect() as connection:  # the same pooled connection, no tenant said
        assert await connection.scalar(sa.text("SELECT count(*) FROM organisations")) == 0


async def test_services_cannot_open_each_others_databases(house: House, database_urls: dict[str, str]) -> None:
    from sqlalchemy.exc import DBAPIError

    from services.kit.db import Database

    foreign = database_urls["DATABASE_URL_REGISTRY"].rsplit("/", 1)[0] + "/passerelle_matching"
    database = Database(foreign, 1)
    with pytest.raises(DBAPIError):
        async with database.transaction(""):
            pass
    await database.close()
