"""What the doctor says of an index, a database, disks and rights, broken one by one."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from telegram import WebhookInfo

from bot.doctor import State, findings
from bot.doctor import machine as machine_module
from bot.doctor.asking import clock_finding, webhook_finding
from bot.reader_links import KEY_FILE, reader_key
from bot.settings import Settings, Webhook
from bot.store import Store
from bot.store import checking as checking_module
from bot.store.migrations import MIGRATIONS
from bot.texts.doctor import EN
from retrieval.generation import adopt
from tests.integration.indexed import Indexed, permitted

HOOK = Webhook("https://bot.example.vn/t", "::1", 8443, "s" * 32)


@pytest.fixture
def indexed(original: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Indexed:
    """An index that has all of its corpus, both to be broken."""
    monkeypatch.chdir(tmp_path)
    copy = original.copied(tmp_path / "data", tmp_path / "corpus")
    adopt(copy.store.current(), copy.corpus)
    copy.build()
    return copy


def settings_of(indexed: Indexed, **others: object) -> Settings:
    """Return settings in which nothing is wrong."""
    fields = {"admins": frozenset({1}), "token": "1:a", **others}
    return Settings(indexed.corpus, indexed.data, None, language="en", api_base="", **fields)  # type: ignore[arg-type]


def wrong(indexed: Indexed, **others: object) -> dict[str, str]:
    """Return check → what has to be done, of all that has."""
    found = findings(settings_of(indexed, **others), [], offline=True)
    return {one.check: one.text for one in found if one.state is State.TODO}


def test_all_is_well(indexed: Indexed) -> None:
    """Where nothing is wrong nothing has to be done."""
    assert wrong(indexed) == {}
    assert wrong(indexed, admins=frozenset(), token=None) == {
        "operators": EN.operators_none,
        "login": EN.login_none,
    }


def test_sources_that_changed(indexed: Indexed) -> None:
    """New, changed and missing documents are named; one that was merely touched is not."""
    (indexed.corpus / "cho.md").touch()
    assert wrong(indexed) == {}
    (indexed.corpus / "moi.txt").write_text("Một văn bản mới.", encoding="utf-8")
    (indexed.corpus / "ho.txt").write_text("Giữa hồ Gươm có Tháp Rùa, xây năm 1887.", "utf-8")
    (indexed.corpus / "truong.md").unlink()
    names = "truong.md, ho.txt, moi.txt"
    assert wrong(indexed) == {"sources": EN.sources_changed.format(count=3, names=names)}
    indexed.build()
    assert wrong(indexed) == {}


def test_document_that_cannot_be_read_is_no_news(indexed: Indexed) -> None:
    """What the last build could not read is not to be indexed again and again."""
    (indexed.corpus / "hong.pdf").write_bytes(b"no PDF")
    assert "sources" in wrong(indexed)
    indexed.build()
    assert wrong(indexed) == {}


def test_index_that_is_broken(indexed: Indexed) -> None:
    """One flipped byte of the index is found, as is an index that is missing or of elsewhere."""
    folder = indexed.store.current()
    adopt(folder, indexed.corpus / "elsewhere")
    told = EN.index_other_corpus.format(corpus=indexed.corpus / "elsewhere")
    assert wrong(indexed)["index"] == told
    adopt(folder, indexed.corpus)
    texts = folder / "texts.bin"
    flipped = bytearray(texts.read_bytes())
    flipped[-1] ^= 1
    texts.write_bytes(flipped)
    assert wrong(indexed)["index"].startswith("broken (")
    shutil.rmtree(indexed.data)
    assert wrong(indexed) == {"index": EN.index_none}


def test_models(indexed: Indexed, tmp_path: Path) -> None:
    """A model that cannot be loaded is told, and so is an index of another one."""
    manifest = indexed.store.current() / "manifest.json"
    identity = manifest.read_text(encoding="utf-8").split('"embedder": "')[1].split('"')[0]
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(identity, "x"), "utf-8")
    assert wrong(indexed)["index"] == EN.index_other_model.format(name="bundled")
    data = settings_of(indexed)
    broken = Settings(
        data.corpus, data.data, str(tmp_path / "no-model"), data.admins, "en", "", data.token
    )
    found = {one.check: one for one in findings(broken, [], offline=True)}
    assert found["model"].state is State.TODO


async def test_databases(indexed: Indexed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database is looked at: whole, locked, damaged, newer, or to be brought up to date."""
    monkeypatch.setattr(checking_module, "_WAIT_S", 0.05)
    path = settings_of(indexed).database
    await (await Store.open(path)).close()
    assert wrong(indexed) == {}
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert wrong(indexed) == {"database": EN.database_locked}
        other.execute("ROLLBACK")
        other.execute("PRAGMA user_version = 99")
        assert wrong(indexed) == {"database": EN.database_newer}
        other.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")
        assert wrong(indexed) == {}
    page = path.read_bytes()
    path.write_bytes(page[:4096] + b"\xff" * 4096 + page[8192:])
    assert wrong(indexed)["database"].startswith("broken, or cannot be read (")
    path.write_bytes(b"no database" * 1_000)
    assert wrong(indexed)["database"].startswith("broken, or cannot be read (")


@pytest.fixture
def usual_mask() -> Iterator[None]:
    """Files are made as they usually are."""
    before = os.umask(0o022)
    yield
    os.umask(before)


async def test_what_others_may_read(
    indexed: Indexed, tmp_path: Path, usual_mask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Secrets that others can read are named, unless a folder above keeps others out."""
    everywhere = Path("/tmp")  # noqa: S108
    if not all(parent.stat().st_mode & 1 for parent in (everywhere, *everywhere.parents)):
        pytest.skip("others see nothing here anyway")
    house = everywhere / f"hoidap-doctor-{os.getpid()}"
    house.mkdir()
    try:
        monkeypatch.chdir(house)
        copy = indexed.copied(house / "data", house / "corpus")
        adopt(copy.store.current(), copy.corpus)
        await (await Store.open(settings_of(copy).database)).close()
        assert wrong(copy) == {}
        machine_module.ENV_FILE.write_text("TELEGRAM_BOT_TOKEN=1:a", encoding="utf-8")
        assert wrong(copy) == {"permissions": EN.readable_by_all.format(path=".env")}
        with permitted(0o700, house):
            assert wrong(copy) == {}
        machine_module.ENV_FILE.chmod(0o600)
        key = copy.data / KEY_FILE
        reader_key(copy.data)
        assert wrong(copy) == {}
        key.chmod(0o644)
        assert wrong(copy) == {"permissions": EN.readable_by_all.format(path=key)}
        key.unlink()
        copy.corpus.chmod(0o777)
        assert wrong(copy) == {"permissions": EN.writable_by_all.format(path=copy.corpus)}
    finally:
        shutil.rmtree(house)


def test_disk_without_room(indexed: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room for another index is told, with how much is needed."""
    monkeypatch.setattr(machine_module, "_FREE_BYTES", shutil.disk_usage(indexed.data).total)
    assert wrong(indexed)["disk"].startswith(f"{indexed.data}: only ")


def test_restores(indexed: Indexed) -> None:
    """What a restore kept is noted with its size; one that was cut short has to be dealt with."""
    kept = indexed.data / "before-restore-20260101-000000-0"
    kept.mkdir()
    (kept / "hoidap.sqlite3").write_bytes(b"x" * 1_500_000)
    found = findings(settings_of(indexed), [], offline=True)
    told = EN.restore_kept.format(path=kept, size="1.5")
    assert [(one.state, one.text) for one in found if one.check == "restores"] == [
        (State.NOTE, told)
    ]
    (indexed.data / ".hoidap-restore").mkdir()
    assert wrong(indexed) == {"restores": EN.restore_cut_short}


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, State.WELL), (29, State.WELL), (45, State.TODO)]
)
def test_clocks(seconds: int, state: State) -> None:
    """A clock that is half a minute off Telegram's, either way, is to be set."""
    now = 1_800_000_000.0
    date = format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True)
    for ahead in (seconds, -seconds):
        assert clock_finding(date, EN, now + ahead).state is state
    assert clock_finding("", EN, now).state is State.NOTE
    assert clock_finding("yesterday", EN, now).state is State.NOTE


def test_updates_that_wait(indexed: Indexed) -> None:
    """Many waiting updates say that no bot runs; a webhook's error that is long over, nothing."""
    now = time.time()
    polled, posted = settings_of(indexed), settings_of(indexed, webhook=HOOK)

    def told(settings: Settings, **fields: object) -> str:
        values = {"url": "", "has_custom_certificate": False, "pending_update_count": 0, **fields}
        return webhook_finding(settings, WebhookInfo(**values), EN, now).text  # type: ignore[arg-type]

    assert told(polled) == EN.webhook_polling.format(waiting=0)
    assert told(polled, pending_update_count=101) == EN.webhook_waiting.format(waiting=101)
    failed = {"url": HOOK.url, "last_error_message": "Timeout"}
    for hours, words in ((0.5, EN.webhook_error), (2, EN.webhook_ok)):
        at = datetime.fromtimestamp(now - hours * 3_600, UTC)
        expected = words.format(error="Timeout", waiting=0, url=HOOK.url)
        assert told(posted, last_error_date=at, **failed) == expected
