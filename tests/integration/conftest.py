"""What the tests of broken disks and files share: the command, and an index to break."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.disk_faults import Commands, commands
from tests.integration.indexed import Indexed


@pytest.fixture(scope="session")
def hoidap() -> Iterator[Commands]:
    """The command, and what may befall it."""
    with commands() as found:
        yield found


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """What each test gets a copy of; its corpus is one document ahead."""
    return Indexed.made(tmp_path_factory.mktemp("original"))


@pytest.fixture
def indexed(original: Indexed, tmp_path: Path) -> Indexed:
    """A copy to be broken; the corpus is everybody's."""
    return original.copied(tmp_path / "data")
