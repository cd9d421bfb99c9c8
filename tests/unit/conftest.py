"""A database for whatever keeps something in one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "hoidap.sqlite3"


@pytest_asyncio.fixture(loop_scope="session")
async def store(path: Path) -> AsyncIterator[Store]:
    """An open, new database."""
    opened = await Store.open(path)
    yield opened
    await opened.close()
