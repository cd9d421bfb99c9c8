"""Settings: where they come from, what is wrong with them, and their list for operators."""

from pathlib import Path

import pytest

from bot.addresses import Public
from bot.errors import ConfigError
from bot.setting_list import DEFAULT_API_BASE, SETTINGS
from bot.settings import Webhook, load_settings
from retrieval.types import MilvusAddress

TOKEN = "123456:ABCdefGHIjkl_mno-pqr"
EXAMPLE = Path(__file__).parents[2] / "deploy" / "env.example"


def test_defaults(tmp_path: Path) -> None:
    """With nothing set, everything but the token has a usable value."""
    settings = load_settings({}, {"PATH": "/bin"}, tmp_path / ".env")
    assert (settings.corpus, settings.data) == (Path("corpus"), Path("data"))
    assert (settings.model, settings.token) == (None, None)
    assert settings.admins == frozenset()
    assert (settings.language, settings.api_base) == ("vi", DEFAULT_API_BASE)
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN is not set"):
        settings.require_token()


def test_flags_win_over_the_environment_over_the_file(tmp_path: Path) -> None:
    """A flag wins over the environment, which wins over .env; an empty value is no value."""
    env_file = tmp_path / ".env"
    env_file.write_text(
        f"HOIDAP_CORPUS=file\nHOIDAP_DATA=file\nHOIDAP_MODEL=file\nTELEGRAM_BOT_TOKEN={TOKEN}\n",
        encoding="utf-8",
    )
    environment = {"HOIDAP_CORPUS": "environment", "HOIDAP_DATA": "environment", "HOIDAP_MODEL": ""}
    settings = load_settings({"HOIDAP_CORPUS": "flag", "HOIDAP_DATA": None}, environment, env_file)
    assert settings.corpus == Path("flag")
    assert settings.data == Path("environment")
    assert settings.model == "file"
    assert settings.require_token() == TOKEN


def test_every_fault_at_once_and_no_secret(tmp_path: Path) -> None:
    """All bad settings are told in one error, which never shows the token."""
    (tmp_path / "file").touch()
    environment = {
        "TELEGRAM_BOT_TOKEN": "my-secret-token",
        "HOIDAP_ADMINS": "12, @lan; 34 ²",
        "HOIDAP_LANGUAGE": "fr",
        "TELEGRAM_API_BASE": "localhost:8081",
        "HOIDAP_DATA": str(tmp_path / "file"),
    }
    with pytest.raises(ConfigError) as caught:
        load_settings({}, environment, tmp_path / ".env")
    faults = caught.value.faults
    assert sorted(fault.split()[0] for fault in faults) == sorted(environment)
    assert "@lan, ²" in next(fault for fault in faults if fault.startswith("HOIDAP_ADMINS"))
    assert "my-secret-token" not in f"{caught.value} {caught.value!r} {faults}"


def test_the_token_is_not_in_the_repr(tmp_path: Path) -> None:
    """Settings can be printed without giving the token away."""
    settings = load_settings({}, {"TELEGRAM_BOT_TOKEN": TOKEN}, tmp_path / ".env")
    assert settings.token == TOKEN
    assert TOKEN not in f"{settings!r} {settings}"


@pytest.mark.parametrize("value", ["12,34", "12 34", "12;34", " 12 , 34 ,", "12\n34"])
def test_admins_are_separated_by_anything_usual(tmp_path: Path, value: str) -> None:
    """Ids of administrators are read whatever separates them."""
    settings = load_settings({}, {"HOIDAP_ADMINS": value}, tmp_path / ".env")
    assert settings.admins == {12, 34}


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "vi"),
        ({"LANG": "en_GB.UTF-8", "HOIDAP_LANGUAGE": "VI"}, "vi"),
        ({"LANG": "vi_VN", "HOIDAP_LANGUAGE": "en"}, "en"),
        ({"LANG": "en_US", "LC_ALL": "vi_VN"}, "vi"),
    ],
)
def test_the_language(tmp_path: Path, environment: dict[str, str], language: str) -> None:
    """The operator's language is the setting's, else English in an English locale."""
    assert load_settings({}, environment, tmp_path / ".env").language == language


@pytest.mark.parametrize("value", ["ftp://x", "https://", "//x", "http://[", "x"])
def test_a_bad_server(tmp_path: Path, value: str) -> None:
    """The root of a Bot API server must be a web address."""
    with pytest.raises(ConfigError, match="TELEGRAM_API_BASE"):
        load_settings({}, {"TELEGRAM_API_BASE": value}, tmp_path / ".env")


def test_a_server_of_ones_own(tmp_path: Path) -> None:
    """The slash at the end of the server's address does not matter."""
    environment = {"TELEGRAM_API_BASE": "http://localhost:8081/"}
    settings = load_settings({}, environment, tmp_path / ".env")
    assert settings.api_base == "http://localhost:8081"


def test_the_example_lists_every_setting(tmp_path: Path) -> None:
    """deploy/env.example has every setting with its meaning and example, no other, all usable."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    assigned = [line.removeprefix("# ") for line in lines if "=" in line]
    assert assigned == [f"{setting.name}={setting.example}" for setting in SETTINGS]
    comments = "\n".join(lines).lower()
    assert [s.name for s in SETTINGS if f"# {s.meaning.lower()}." not in comments] == []
    env_file = tmp_path / ".env"
    env_file.write_text("\n".join(assigned), encoding="utf-8")
    settings = load_settings({}, {"PATH": "/bin"}, env_file)
    assert settings.admins == {11111111, 22222222}
    assert settings.token is not None


def test_restricted_documents(tmp_path: Path) -> None:
    """Restricted tags are read without marks and case, and folders with their slash."""
    environment = {"HOIDAP_RESTRICTED": "Nội bộ, #MẬT ,hồ sơ/2024/, ,"}
    settings = load_settings({}, environment, tmp_path / ".env")
    assert settings.restricted == {"#noi bo", "#mat", "hồ sơ/2024/"}


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({"HOIDAP_ACCESS": "half"}, "HOIDAP_ACCESS"),
        ({"HOIDAP_RETENTION": "a year"}, "HOIDAP_RETENTION"),
        ({"HOIDAP_KEEP_QUESTIONS": "-1"}, "HOIDAP_KEEP_QUESTIONS"),
        ({"HOIDAP_WATCH": "1.5"}, "HOIDAP_WATCH"),
        ({"HOIDAP_LISTEN": "8443"}, "HOIDAP_LISTEN"),
        ({"HOIDAP_LISTEN": "localhost:99999"}, "HOIDAP_LISTEN"),
        ({"HOIDAP_WEBHOOK_URL": "https://x.vn/t"}, "HOIDAP_WEBHOOK_SECRET"),
        ({"HOIDAP_WEBHOOK_URL": "https://x.vn/t", "HOIDAP_WEBHOOK_SECRET": "short"}, "SECRET"),
        ({"HOIDAP_WEBHOOK_URL": "http://x.vn/t", "HOIDAP_WEBHOOK_SECRET": "a" * 32}, "https"),
        ({"HOIDAP_INDEX": "cloud"}, "HOIDAP_INDEX"),
        ({"HOIDAP_INDEX": "milvus"}, "MILVUS_URI"),
        ({"MILVUS_URI": "tcp://milvus:19530"}, "MILVUS_URI"),
        ({"MILVUS_URI": "http://"}, "MILVUS_URI"),
        ({"MILVUS_URI": "http://["}, "MILVUS_URI"),
        ({"MILVUS_URI": "lite"}, "MILVUS_URI"),
    ],
)
def test_settings_that_cannot_be(tmp_path: Path, environment: dict[str, str], fault: str) -> None:
    """A setting that cannot be used is named, never replaced by a guess."""
    with pytest.raises(ConfigError, match=fault):
        load_settings({}, environment, tmp_path / ".env")


def test_a_webhook(tmp_path: Path) -> None:
    """A webhook has its address, where to listen, and a secret that is not shown."""
    secret = "s" * 40
    environment = {
        "HOIDAP_WEBHOOK_URL": "https://bot.example.vn/telegram",
        "HOIDAP_WEBHOOK_SECRET": secret,
        "HOIDAP_LISTEN": "[::1]:9000",
    }
    webhook = load_settings({}, environment, tmp_path / ".env").webhook
    assert webhook == Webhook("https://bot.example.vn/telegram", "::1", 9000, secret)
    assert secret not in repr(webhook)


@pytest.mark.parametrize(
    ("value", "url", "prefix"),
    [
        ("https://bot.example.vn", "https://bot.example.vn", ""),
        ("https://bot.example.vn/", "https://bot.example.vn", ""),
        (
            "https://example.vn:8443/hoi-dap/v1/",
            "https://example.vn:8443/hoi-dap/v1",
            "/hoi-dap/v1",
        ),
        ("http://127.0.0.1:8443", "http://127.0.0.1:8443", ""),
        ("http://[::1]:8443/x", "http://[::1]:8443/x", "/x"),
    ],
)
def test_where_documents_are_read(tmp_path: Path, value: str, url: str, prefix: str) -> None:
    """The reader's address is without a last slash; it listens where the webhook would."""
    environment = {"HOIDAP_PUBLIC_URL": value, "HOIDAP_LISTEN": "[::1]:9000"}
    public = load_settings({}, environment, tmp_path / ".env").public
    assert public == Public(url, "::1", 9000)
    assert public is not None
    assert public.prefix == prefix
    assert load_settings({}, environment, tmp_path / ".env", serves=False).public is None


@pytest.mark.parametrize(
    "value",
    [
        "bot.example.vn",
        "http://bot.example.vn",
        "http://localhost:8443",
        "https://localhost",
        "https://bot",
        "https://user:secret@bot.example.vn",
        "https://bot.example.vn/?a=b",
        "https://bot.example.vn/#a",
        "https://bot.example.vn/a b",
        "https://bot.example.vn/../a",
        "https://bot.example.vn/{x}",
        "https://bot.example.vn//a",
        "https://bot.example.vn:0",
        "https://bot.example.vn:99999",
        "https://[::1",
        "ftp://bot.example.vn",
    ],
)
def test_where_documents_cannot_be_read(tmp_path: Path, value: str) -> None:
    """What Telegram or a browser would not open is refused, and not repeated: it may be secret."""
    with pytest.raises(ConfigError) as caught:
        load_settings({}, {"HOIDAP_PUBLIC_URL": value}, tmp_path / ".env")
    [fault] = caught.value.faults
    assert fault.startswith("HOIDAP_PUBLIC_URL must be like https://bot.example.vn")
    assert "secret" not in fault


def test_a_password_in_an_address(tmp_path: Path) -> None:
    """A password belongs in MILVUS_TOKEN; one that stands in the address is not repeated."""
    environment = {"MILVUS_URI": "http://ann:a-password@milvus:19530"}
    with pytest.raises(ConfigError, match="MILVUS_TOKEN") as found:
        load_settings({}, environment, tmp_path / ".env")
    assert "a-password" not in str(found.value)


@pytest.mark.parametrize("uri", ["http://127.0.0.1:19530", "https://milvus.example", "a/lite.db"])
def test_where_the_index_is(tmp_path: Path, uri: str) -> None:
    """The server may be known while the index is in files; its token shows nowhere."""
    environment = {"MILVUS_URI": uri, "MILVUS_TOKEN": "ann:a-password"}
    place = load_settings({}, environment, tmp_path / ".env").place
    assert (place.kind, place.milvus) == ("local", MilvusAddress(uri, "ann:a-password"))
    settings = load_settings({}, {**environment, "HOIDAP_INDEX": "Milvus"}, tmp_path / ".env")
    assert settings.place.kind == "milvus"
    assert "a-password" not in repr(settings)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        ("localhost:9464", ("localhost", 9464)),
        ("[::1]:9464", ("::1", 9464)),
        ("127.8.9.1:0", ("127.8.9.1", 0)),
    ],
)
def test_figures_are_told_to_this_machine(
    tmp_path: Path, value: str, address: tuple[str, int]
) -> None:
    """An address that only this machine reaches needs no more; without one nothing is told."""
    env_file = tmp_path / ".env"
    assert load_settings({}, {"HOIDAP_METRICS": value}, env_file).metrics == address
    assert load_settings({}, {"PATH": "/bin"}, env_file).metrics is None
    assert load_settings({}, {"HOIDAP_METRICS": value}, env_file, serves=False).metrics is None


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "[::]", "10.0.0.5", "bot.example.vn", "203.0.113.7"],  # noqa: S104
)
def test_figures_for_other_machines(tmp_path: Path, host: str) -> None:
    """An address that others may reach is refused until the operator says that it is meant."""
    environment = {"HOIDAP_METRICS": f"{host}:9464"}
    with pytest.raises(ConfigError, match="HOIDAP_METRICS_PUBLIC=yes") as caught:
        load_settings({}, environment, tmp_path / ".env")
    assert len(caught.value.faults) == 1
    settings = load_settings({}, environment | {"HOIDAP_METRICS_PUBLIC": "Yes"}, tmp_path / ".env")
    assert settings.metrics == (host.strip("[]"), 9464)


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({"HOIDAP_METRICS": "9464"}, "HOIDAP_METRICS must be like 127.0.0.1:9464"),
        ({"HOIDAP_METRICS": "127.0.0.1:99999"}, "HOIDAP_METRICS must be like 127.0.0.1:9464"),
        ({"HOIDAP_METRICS_PUBLIC": "maybe"}, "HOIDAP_METRICS_PUBLIC is maybe; it can be yes or no"),
        ({"HOIDAP_LOG": "xml"}, "HOIDAP_LOG is xml; it can be text or json"),
        (
            {
                "HOIDAP_METRICS": "127.0.0.1:8443",
                "HOIDAP_WEBHOOK_URL": "https://bot.example.vn/t",
                "HOIDAP_WEBHOOK_SECRET": "long-enough",
            },
            "HOIDAP_METRICS is HOIDAP_LISTEN, where the world comes; it needs a port of its own",
        ),
        (
            {"HOIDAP_METRICS": "127.0.0.1:8443", "HOIDAP_PUBLIC_URL": "https://bot.example.vn"},
            "HOIDAP_METRICS is HOIDAP_LISTEN, where the world comes; it needs a port of its own",
        ),
    ],
)
def test_faults_of_being_watched(tmp_path: Path, environment: dict[str, str], fault: str) -> None:
    """Each way to set figures and logs wrongly is told."""
    with pytest.raises(ConfigError) as caught:
        load_settings({}, environment, tmp_path / ".env")
    assert caught.value.faults == (fault,)


def test_how_logs_are_written(tmp_path: Path) -> None:
    """Logs are text, or lines of JSON where that is set, of every command."""
    env_file = tmp_path / ".env"
    assert load_settings({}, {"PATH": "/bin"}, env_file).log == "text"
    assert load_settings({}, {"HOIDAP_LOG": "JSON"}, env_file, serves=False).log == "json"
