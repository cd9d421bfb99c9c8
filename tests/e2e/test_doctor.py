"""`hoidap doctor` against a Bot API server: what it says of the token, the bot and its updates."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, ServerError
from bot.botapi.queries import Webhook
from bot.texts.doctor import EN, VI
from tests.e2e.papers import note
from tests.e2e.processes import BotProcess, Outcome, clean_environment, command
from tests.e2e.talking import new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOOK = "https://bot.example.vn/telegram"
SECRET = "s3cret-word-for-the-webhook"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer(sees_all_groups=True) as running:
        yield running


@pytest.fixture(autouse=True)
def as_before(server: BotApiServer) -> Iterator[None]:
    """What a test changes of the bot's account does not last."""
    yield
    server.world.sees_all_groups = server.guest_mode = True
    server.world.webhook = Webhook()
    server.faults.clear()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus that is indexed."""
    folder = tmp_path_factory.mktemp("doctor")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "ken.txt").write_text(note("kèn đồng", "gác chuông"), encoding="utf-8")
    outcome = await command("index", folder=folder, environment=clean_environment())
    assert outcome.code == 0, outcome.err
    return folder


async def doctor(
    server: BotApiServer, folder: Path, *arguments: str, **environment: str
) -> Outcome:
    """Run it with all set, but for what `environment` says otherwise; it tells no secrets."""
    values = {
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_API_BASE": server.base_url,
        "HOIDAP_ADMINS": "12",
        **environment,
    }
    values = {name: value for name, value in values.items() if value}
    environment = clean_environment(**values)
    outcome = await command("doctor", *arguments, folder=folder, environment=environment)
    assert "Traceback" not in outcome.err
    for secret in (values.get("TELEGRAM_BOT_TOKEN", SECRET), SECRET):
        assert secret.split(":")[-1] not in outcome.out + outcome.err
    return outcome


def said(outcome: Outcome) -> dict[str, str]:
    """Return name → mark and text of each line but the last."""
    lines = [line for line in outcome.out.splitlines() if ": " in line]
    return {
        line[4:].split(": ")[0]: line[:4].strip() + " " + line.split(": ", 1)[1] for line in lines
    }


async def test_all_is_well(server: BotApiServer, folder: Path) -> None:
    """Where nothing has to be done every line says so, and the exit code is 0."""
    outcome = await doctor(server, folder)
    assert (outcome.code, outcome.err) == (0, ""), outcome.out
    lines = said(outcome)
    assert lines[VI.name_login] == f"ok {VI.login_ok.format(username=server.bot.username)}"
    assert lines[VI.name_groups] == f"ok {VI.groups_all}"
    assert lines[VI.name_webhook] == f"ok {VI.webhook_polling.format(waiting=0)}"
    assert lines[VI.name_clock] == f"ok {VI.clock_ok}"
    assert not [line for line in lines.values() if line.startswith("→")]
    assert outcome.out.splitlines()[-1] == VI.well
    assert server.violations == []


async def test_for_machines_in_english(server: BotApiServer, folder: Path) -> None:
    """--json is one line of JSON: whether all is well, and each check with its state."""
    outcome = await doctor(server, folder, "--json", HOIDAP_LANGUAGE="en")
    [line] = outcome.out.splitlines()
    found = json.loads(line)
    assert found["ok"] is (outcome.code == 0) is True
    assert {"check": "groups", "state": "ok", "text": EN.groups_all} in found["checks"]
    assert all(set(check) == {"check", "state", "text"} for check in found["checks"])


async def test_privacy_mode(server: BotApiServer, folder: Path) -> None:
    """With privacy mode on, or guest mode off, it says what that means; nothing has to be done."""
    server.world.sees_all_groups = server.guest_mode = False
    outcome = await doctor(server, folder)
    assert outcome.code == 0
    assert said(outcome)[VI.name_groups] == f"· {VI.groups_called}"
    assert said(outcome)[VI.name_guests] == f"· {VI.guests_off}"


async def test_a_token_that_telegram_refuses(server: BotApiServer, folder: Path) -> None:
    """A wrong token is to be copied again; all that does not need it is looked at all the same."""
    outcome = await doctor(server, folder, TELEGRAM_BOT_TOKEN=server.token[:-5] + "wrong")
    assert outcome.code == 1
    lines = said(outcome)
    assert lines[VI.name_login] == f"→ {VI.login_refused}"
    assert VI.name_webhook not in lines
    assert lines[VI.name_index].startswith("ok ")


async def test_no_token(server: BotApiServer, folder: Path) -> None:
    """Without a token it says how to get one and goes on; nothing is asked of Telegram."""
    calls = len(server.requests)
    outcome = await doctor(server, folder, TELEGRAM_BOT_TOKEN="")
    assert outcome.code == 1
    assert said(outcome)[VI.name_login] == f"→ {VI.login_none}"
    assert said(outcome)[VI.name_index].startswith("ok ")
    assert len(server.requests) == calls


async def test_offline(server: BotApiServer, folder: Path) -> None:
    """--offline asks nothing of Telegram, and that is no fault."""
    calls = len(server.requests)
    outcome = await doctor(server, folder, "--offline")
    assert outcome.code == 0
    assert VI.name_webhook not in said(outcome)
    assert len(server.requests) == calls


async def test_a_telegram_that_does_not_answer(server: BotApiServer, folder: Path) -> None:
    """Where Telegram cannot be reached it says so, without the address of the call."""
    server.faults.add("getMe", ServerError(502), times=5)
    outcome = await doctor(server, folder)
    assert outcome.code == 1
    told = VI.unreachable.format(server=server.base_url, reason="NetworkError")
    assert said(outcome)[VI.name_login] == f"→ {told}"


async def test_webhooks(server: BotApiServer, folder: Path) -> None:
    """A webhook that nobody wants, that is not there, or that fails is told with what to do."""
    hook = {"HOIDAP_WEBHOOK_URL": HOOK, "HOIDAP_WEBHOOK_SECRET": SECRET}
    outcome = await doctor(server, folder, **hook)
    assert outcome.code == 1
    told = VI.webhook_elsewhere.format(url="—", wanted=HOOK)
    assert said(outcome)[VI.name_webhook] == f"→ {told}"
    server.world.webhook = Webhook(HOOK)
    outcome = await doctor(server, folder)
    assert outcome.code == 1
    assert said(outcome)[VI.name_webhook] == f"→ {VI.webhook_unwanted.format(url=HOOK)}"
    outcome = await doctor(server, folder, **hook)
    assert outcome.code == 0, outcome.out
    server.world.webhook.last_error = "Connection refused"
    server.world.webhook.last_error_date = int(time.time())
    outcome = await doctor(server, folder, **hook)
    assert outcome.code == 1
    told = VI.webhook_error.format(error="Connection refused", waiting=0)
    assert said(outcome)[VI.name_webhook] == f"→ {told}"


async def test_operators_who_cannot_be_told(server: BotApiServer, folder: Path) -> None:
    """An operator who has never started the bot is named; the others are not."""
    known, unknown = new_person(server).user.id, server.add_user("Người vắng").id
    outcome = await doctor(server, folder, HOIDAP_ADMINS=f"{known},{unknown}")
    assert outcome.code == 0
    told = VI.operators_unmet.format(id=unknown)
    assert outcome.out.count(told.replace(str(unknown), "")) == 1
    assert f"·   {VI.name_operators}: {told}" in outcome.out


async def test_settings_that_are_wrong(server: BotApiServer, folder: Path) -> None:
    """Every bad setting is a line of its own, and the rest is looked at all the same."""
    outcome = await doctor(server, folder, HOIDAP_ACCESS="half", HOIDAP_WATCH="soon")
    assert outcome.code == 1
    assert "→   cài đặt: HOIDAP_ACCESS is half; it can be open or closed" in outcome.out
    assert "→   cài đặt: HOIDAP_WATCH is soon; it must be a whole number" in outcome.out
    assert said(outcome)[VI.name_login].startswith("ok ")


async def test_beside_a_running_bot(server: BotApiServer, tmp_path: Path) -> None:
    """Beside a bot that runs all is well, and the bot is not disturbed."""
    admin = server.add_user("Quản trị")
    bot = BotProcess(server, tmp_path, admins=[admin.id])
    bot.corpus.mkdir()
    (bot.corpus / "ken.txt").write_text(note("kèn đồng", "gác chuông"), encoding="utf-8")
    await bot.start()
    outcome = await doctor(
        server, tmp_path, HOIDAP_CORPUS=str(bot.corpus), HOIDAP_DATA=str(bot.data)
    )
    assert outcome.code == 0, outcome.out
    assert said(outcome)[VI.name_database] == f"ok {VI.database_ok}"
    assert bot.running
    assert await bot.stop() == 0
    assert "Conflict" not in bot.err
