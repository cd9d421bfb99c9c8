"""hoidap on a machine of one's own: the systemd unit, and the proxies before a webhook."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.setting_list import DEFAULT_LISTEN
from bot.settings import load_settings
from bot.web.webhook import MAX_UPDATE_BYTES
from tests.release.packages import ROOT

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "hoidap.service"
MOST_EXPOSED = 1.5
"""By systemd's own measure, from 0 to 10; up to 2 it says "OK"."""
TELEGRAM = {"149.154.160.0/20", "91.108.4.0/22"}
"""From where it sends, by its guide to webhooks (core.telegram.org/bots/webhooks)."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def told() -> dict[str, str]:
    """Directive → value of the unit; the last one counts where there are several."""
    text = UNIT.read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Z]\w+)=(.*)$", text, re.MULTILINE))


def analysed(*words: str) -> str:
    """Return what systemd-analyze says, and fail where it fails."""
    done = subprocess.run(
        ["systemd-analyze", *words],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@needs_systemd
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """Every line of the unit is one that systemd knows; hoidap need not be installed for that."""
    text = UNIT.read_text(encoding="utf-8")
    here = tmp_path / UNIT.name
    here.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    assert analysed("verify", "--man=no", str(here)) == ""


@needs_systemd
def test_the_unit_is_hardened() -> None:
    """By systemd's own measure the service is exposed no more than it must be."""
    said = analysed("security", "--offline=true", "--no-pager", str(UNIT))
    found = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert found is not None
    assert float(found[1]) <= MOST_EXPOSED


def test_the_unit_and_the_command_agree() -> None:
    """The unit runs the bot as nobody's root, and does not start again where settings are wrong."""
    assert told()["ExecStart"].endswith("/bin/hoidap run")
    assert told()["User"] not in {"", "root"}
    assert (told()["Restart"], told()["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert "TOKEN" not in UNIT.read_text(encoding="utf-8")


def test_the_unit_writes_where_it_may(tmp_path: Path) -> None:
    """Documents and data lie in the state folder, the one place that the service can write."""
    given = dict(one.split("=") for one in told()["Environment"].split())
    settings = load_settings({}, given, tmp_path / ".env")
    assert told()["ProtectSystem"] == "strict"
    assert told()["WorkingDirectory"] == f"/var/lib/{told()['StateDirectory']}"
    assert not settings.corpus.is_absolute()
    assert not settings.data.is_absolute()
    assert "ReadWritePaths" not in told()


@pytest.mark.parametrize(
    ("name", "size", "only_post"),
    [
        ("Caddyfile", r"max_size (\d+)MB", "method POST"),
        ("nginx.conf", r"client_max_body_size (\d+)m", "limit_except POST"),
    ],
)
def test_a_proxy_lets_telegram_alone_through(name: str, size: str, only_post: str) -> None:
    """A proxy hands on what Telegram posts to one path, of the bot's size, and what is read."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert set(re.findall(r"\b\d+\.\d+\.\d+\.\d+/\d+", text)) == TELEGRAM
    assert DEFAULT_LISTEN in text
    assert only_post in text
    assert text.count("404") == 1
    found = re.search(size, text)
    assert found is not None
    assert int(found[1]) * 1_000_000 == MAX_UPDATE_BYTES
    # Of the reader's, nothing but its own addresses, and these only to be read.
    read = re.search(r"path (/r/\* .+)|location ~ \^/\((.+)\) \{", text)
    assert read is not None
    named = set(re.findall(r"[a-z]+", (read[1] or read[2])))
    assert named == {"r", "d", "search", "static"}
    assert re.search(r"method GET HEAD|limit_except GET", text)
    url = re.search(r"HOIDAP_WEBHOOK_URL=https://[^/\s]+(/\w+)", text)
    assert url is not None
    assert re.search(rf"(path|location =) {url[1]}\b", text)
    assert text.count("{") == text.count("}")
