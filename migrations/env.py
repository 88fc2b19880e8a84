"""Runs the migrations of one service, as its owner role: DATABASE_URL_<SERVICE>_OWNER, or DATABASE_URL_<SERVICE>."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

SERVICE = context.config.config_ini_section


def _url() -> str:
    name = f"DATABASE_URL_{SERVICE.upper()}"
    url = context.config.get_main_option("sqlalchemy.url") or os.environ.get(f"{name}_OWNER") or os.environ.get(name)
    if not url:
        raise SystemExit(f"Set {name}_OWNER (or {name}) to the database of {SERVICE}.")
    return url


def _run(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def _online() -> None:
    engine = create_async_engine(_url(), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


asyncio.run(_online())
