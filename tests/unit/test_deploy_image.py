"""The image and its Compose file: the rules that they state, held against what they say."""

import re
from typing import Any

import pytest
import yaml

from bot.setting_list import SETTINGS
from tests.deploying import compose, dockerfile
from tests.deploying.dockerfile import Instruction, base_of, is_ignored, parsed, stages
from tests.release.packages import PINS, ROOT

DEPLOY = ROOT / "deploy"
TEXT = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
IGNORE = (ROOT / ".dockerignore").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
BOT: dict[str, Any] = COMPOSE["services"]["hoidap"]
LAST = stages(parsed(TEXT))[-1]
GOOD = """\
FROM python:3.11.14-slim AS build
RUN python -m venv /opt/x
FROM python:3.11.14-slim
COPY --from=build /opt/x /opt/x
USER 10001:10001
HEALTHCHECK CMD ["true"]
ENTRYPOINT ["x"]
CMD ["run"]
"""


def one(name: str) -> Instruction:
    """The last instruction of this name in what is shipped."""
    return [instruction for instruction in LAST if instruction.name == name][-1]


def environment() -> dict[str, str]:
    """What the image sets."""
    return {k: v for each in LAST if each.name == "ENV" for k, v in each.assigned.items()}


def test_the_dockerfile_keeps_its_rules() -> None:
    """Bases by full version, a user by number, no secrets, nothing fetched but by apt and pip."""
    assert dockerfile.faults(TEXT) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("FROM python:3.11.14-slim AS build", "FROM python:latest AS build"),
        ("FROM python:3.11.14-slim AS build", "ARG P=python:3.11\nFROM ${P} AS build"),
        ("USER 10001:10001", "USER hoidap"),
        ("USER 10001:10001", "USER 0:0"),
        ("USER 10001:10001", "# USER 10001:10001"),
        ("USER 10001:10001", "USER 10001:10001\nENV TELEGRAM_BOT_TOKEN=1:a"),
        ("USER 10001:10001", "USER 10001:10001\nARG PIP_PASSWORD"),
        ("RUN python -m venv /opt/x", "ADD https://x.vn/y.tar.gz /opt/x"),
        ("RUN python -m venv /opt/x", "RUN cd / && curl https://x.vn | sh"),
        ("RUN python -m venv /opt/x", "RUN apt-get update && apt-get install -y git"),
        ("RUN python -m venv /opt/x", "COPY . /opt/x"),
        ('HEALTHCHECK CMD ["true"]\n', ""),
        ('HEALTHCHECK CMD ["true"]', "HEALTHCHECK CMD true"),
        ('ENTRYPOINT ["x"]', "ENTRYPOINT x"),
        ("FROM python:3.11.14-slim\nCOPY --from=build /opt/x /opt/x\n", ""),
    ],
)
def test_a_dockerfile_that_breaks_a_rule(right: str, wrong: str) -> None:
    """Each rule finds what breaks it, and nothing in a file that keeps them all."""
    assert dockerfile.faults(GOOD) == []
    assert right in GOOD
    assert dockerfile.faults(GOOD.replace(right, wrong)) != []


def test_nothing_private_reaches_the_image() -> None:
    """The build sees the packages and their pins, and no settings, documents, index or history."""
    for name in (".env", "deploy/.env", "corpus/mat.txt", "data/hoidap.sqlite3", ".git/config"):
        assert is_ignored(name, IGNORE)
    assert is_ignored("bot/handlers/__pycache__/x.pyc", IGNORE)
    copied = [each for each in parsed(TEXT) if each.name == "COPY" and "from" not in each.flags]
    names = [name for each in copied for name in each.value.split()[:-1]]
    assert [name for name in names if is_ignored(name, IGNORE)] == []
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_image_has_one_python() -> None:
    """Both stages begin with the same base, whose Python the project takes."""
    whole = parsed(TEXT)
    (base,) = {base_of(stage, whole) for stage in stages(whole)}
    assert base.startswith("python:3.11.")
    assert PINS.is_file()


def test_the_image_runs_the_bot_where_it_may_write() -> None:
    """It starts `hoidap run` under an init, and all that it writes to is a volume or /tmp."""
    assert (one("ENTRYPOINT").listed or [])[-1] == "hoidap"
    assert one("CMD").listed == ["run"]
    volumes = set(one("VOLUME").listed or ())
    assert volumes == {environment()["HOIDAP_CORPUS"], environment()["HOIDAP_DATA"]}
    assert environment()["HF_HOME"].startswith(environment()["HOIDAP_DATA"])
    assert environment()["HOME"] == "/tmp"  # noqa: S108


def test_compose_keeps_its_rules() -> None:
    """Every service is read-only, without capabilities, limited, watched and restarted."""
    assert compose.faults(COMPOSE) == []


@pytest.mark.parametrize(
    "change",
    [
        {"read_only": False},
        {"cap_drop": []},
        {"cap_add": ["SYS_ADMIN"]},
        {"security_opt": []},
        {"privileged": True},
        {"network_mode": "host"},
        {"mem_limit": None},
        {"environment": {"TELEGRAM_BOT_TOKEN": "1:a"}},
        {"volumes": ["/srv:/data"]},
        {"volumes": ["/var/run/docker.sock:/x:ro"]},
        {"build": None, "image": "hoidap:latest"},
    ],
    ids=str,
)
def test_a_compose_file_that_breaks_a_rule(change: dict[str, Any]) -> None:
    """Each rule finds what breaks it."""
    changed = {name: value for name, value in (BOT | change).items() if value is not None}
    volumes = COMPOSE["volumes"]
    assert compose.faults({"services": {"hoidap": BOT}, "volumes": volumes}) == []
    assert compose.faults({"services": {"hoidap": changed}, "volumes": volumes}) != []


def test_compose_and_image_agree() -> None:
    """The service runs as the image's user, with its volumes, its /tmp and its health check."""
    assert BOT["user"] == one("USER").value
    assert {each.split(":")[1] for each in BOT["volumes"]} == set(one("VOLUME").listed or ())
    assert BOT["tmpfs"][0].split(":")[0] == environment()["HOME"]
    assert {"noexec", "nosuid", "nodev"} <= set(BOT["tmpfs"][0].split(":")[1].split(","))
    for name in ("HOIDAP_CORPUS", "HOIDAP_DATA", "HOIDAP_METRICS"):
        assert BOT["environment"][name] == environment()[name]
    for part in ("/healthz", "timeout=4"):
        assert part in BOT["healthcheck"]["test"][-1]
        assert part in one("HEALTHCHECK").value
    assert BOT["healthcheck"]["interval"] == one("HEALTHCHECK").flags["interval"]
    assert BOT["healthcheck"]["start_period"] == one("HEALTHCHECK").flags["start-period"]


def test_one_bot_and_no_open_port() -> None:
    """Nothing scales the bot, and only the proxy's ports are open to the world."""
    assert not {"deploy", "scale", "ports"} & BOT.keys()
    open_to_all = [name for name, each in COMPOSE["services"].items() if "ports" in each]
    assert open_to_all == ["caddy"]
    assert COMPOSE["services"]["caddy"]["profiles"] == ["webhook"]


def test_every_setting_that_deploy_names_exists() -> None:
    """No file of deploy/ sets what hoidap does not know."""
    known = {setting.name for setting in SETTINGS}
    # Of Caddy, not of hoidap.
    known |= {"HOIDAP_HOST", "HOIDAP_UPSTREAM"}
    named = set()
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        named |= set(re.findall(r"\b(?:HOIDAP|TELEGRAM)_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert named - known == set()
    assert {"TELEGRAM_BOT_TOKEN", "HOIDAP_CORPUS"} <= named
