"""Settings: flags over environment over `.env`, checked all at once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.addresses import (
    Address,
    Public,
    address_of,
    metrics_address,
    public_address,
)
from bot.errors import ConfigError
from bot.setting_list import DEFAULT_API_BASE, DEFAULT_LISTEN, DEFAULT_SEND_RATE
from retrieval.labels import label_of
from retrieval.types import LOCAL, MilvusAddress, Place

Language = Literal["vi", "en"]
LogStyle = Literal["text", "json"]

_RETENTION_DAYS = 365
# Loose: a Bot API server of one's own may give out shorter ones than Telegram.
_TOKEN = re.compile(r"^\d+:[A-Za-z0-9_-]+$")
_SECRET = re.compile(r"^[A-Za-z0-9_-]{8,256}$")


@dataclass(frozen=True, slots=True)
class Webhook:
    """How updates come in when Telegram sends them; `secret` never shows in a repr or a log."""

    url: str
    host: str
    port: int
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set; `token` never shows in a repr or a log.

    Attributes:
        closed: Whether only those who were invited may ask.
        restricted: Labels, as `retrieval.labels` has them, of documents hidden unless opened.
        keep_questions_days: How long the words of questions are kept; 0 for not at all.
        retention_days: How long anything about a question is kept.
        watch_minutes: Between two looks at the corpus; 0 for never.
        place: Where the legs of the index are, and the server where there is one.
        webhook: None where the bot asks for updates itself.
        public: Where documents can be read; None for nowhere.
        send_rate: Messages a second, at most.
        metrics: Where to tell how the bot is; None for nowhere.
        log: How logs are written.
    """

    corpus: Path
    data: Path
    model: str | None
    admins: frozenset[int]
    language: Language
    api_base: str
    token: str | None = field(default=None, repr=False)
    reranker: str | None = None
    closed: bool = False
    restricted: frozenset[str] = frozenset()
    keep_questions_days: int = 0
    retention_days: int = _RETENTION_DAYS
    watch_minutes: int = 0
    place: Place = LOCAL
    webhook: Webhook | None = None
    public: Public | None = None
    send_rate: int = DEFAULT_SEND_RATE
    metrics: Address | None = None
    log: LogStyle = "text"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "hoidap.sqlite3"

    def require_token(self) -> str:
        """Return the token.

        Raises:
            ConfigError: There is none.
        """
        if self.token is None:
            raise ConfigError(
                ["TELEGRAM_BOT_TOKEN is not set: ask @BotFather for one and put it in .env"]
            )
        return self.token


def load_settings(
    flags: Mapping[str, str | None] | None = None,
    environment: Mapping[str, str] | None = None,
    env_file: Path = Path(".env"),
    *,
    serves: bool = True,
) -> Settings:
    """Return the settings.

    Args:
        flags: Setting name → value from the command line; None where not given.
        environment: Instead of the process's.
        env_file: Read when it exists; the environment wins over it.
        serves: Whether the webhook matters; other processes are not told its secret.

    Raises:
        ConfigError: All the bad settings at once.
    """
    settings, faults = read_settings(flags, environment, env_file, serves=serves)
    if faults:
        raise ConfigError(faults)
    return settings


def read_settings(
    flags: Mapping[str, str | None] | None = None,
    environment: Mapping[str, str] | None = None,
    env_file: Path = Path(".env"),
    *,
    serves: bool = True,
) -> tuple[Settings, list[str]]:
    """Return the settings as far as they can be used, and what is wrong with the others."""
    values = {name: value for name, value in dotenv_values(env_file).items() if value}
    values |= {name: value for name, value in (environment or os.environ).items() if value}
    values |= {name: value for name, value in (flags or {}).items() if value}
    faults: list[str] = []
    settings = Settings(
        corpus=Path(values.get("HOIDAP_CORPUS", "corpus")).expanduser(),
        data=_data_folder(values, faults),
        model=values.get("HOIDAP_MODEL"),
        reranker=values.get("HOIDAP_RERANKER"),
        admins=_admins(values.get("HOIDAP_ADMINS", ""), faults),
        language=_language(values, faults),
        api_base=_api_base(values.get("TELEGRAM_API_BASE", DEFAULT_API_BASE), faults),
        token=_token(values.get("TELEGRAM_BOT_TOKEN"), faults),
        closed=_closed(values.get("HOIDAP_ACCESS", "open"), faults),
        restricted=_labels(values.get("HOIDAP_RESTRICTED", "")),
        keep_questions_days=_number(values, "HOIDAP_KEEP_QUESTIONS", 0, faults),
        retention_days=_number(values, "HOIDAP_RETENTION", _RETENTION_DAYS, faults),
        watch_minutes=_number(values, "HOIDAP_WATCH", 0, faults),
        place=_place(values, faults),
        webhook=_webhook(values, faults) if serves else None,
        public=public_address(values, DEFAULT_LISTEN, faults) if serves else None,
        send_rate=max(1, _number(values, "HOIDAP_SEND_RATE", DEFAULT_SEND_RATE, faults)),
        metrics=metrics_address(values, DEFAULT_LISTEN, faults) if serves else None,
        log=_log_style(values.get("HOIDAP_LOG", "text"), faults),
    )
    return settings, faults


def _data_folder(values: Mapping[str, str], faults: list[str]) -> Path:
    data = Path(values.get("HOIDAP_DATA", "data")).expanduser()
    if data.exists() and not data.is_dir():
        faults.append(f"HOIDAP_DATA is {data}, which is a file; name a folder")
    return data


def _admins(value: str, faults: list[str]) -> frozenset[int]:
    parts = [part for part in re.split(r"[\s,;]+", value) if part]
    wrong = [part for part in parts if not part.isdecimal()]
    if wrong:
        faults.append(
            f"HOIDAP_ADMINS has {', '.join(wrong)}: list numeric Telegram user ids, "
            "separated by commas (@userinfobot tells yours)"
        )
    return frozenset(int(part) for part in parts if part.isdecimal())


def _closed(value: str, faults: list[str]) -> bool:
    if value.lower() not in {"open", "closed"}:
        faults.append(f"HOIDAP_ACCESS is {value}; it can be open or closed")
    return value.lower() != "open"


def _labels(value: str) -> frozenset[str]:
    return frozenset(label for part in value.split(",") if (label := label_of(part)))


def _number(values: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    value = values.get(name)
    if value is None:
        return default
    if not value.isdecimal():
        faults.append(f"{name} is {value}; it must be a whole number")
        return default
    return int(value)


def _webhook(values: Mapping[str, str], faults: list[str]) -> Webhook | None:
    url, secret = values.get("HOIDAP_WEBHOOK_URL"), values.get("HOIDAP_WEBHOOK_SECRET", "")
    address = address_of(values.get("HOIDAP_LISTEN", DEFAULT_LISTEN))
    if address is None:
        faults.append(f"HOIDAP_LISTEN must be like {DEFAULT_LISTEN}")
        return None
    if url is None:
        return None
    if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        faults.append(f"HOIDAP_WEBHOOK_URL is {url}; Telegram sends to https:// alone")
    if not _SECRET.match(secret):
        # Without one anybody who finds the address can speak as Telegram.
        faults.append(
            "HOIDAP_WEBHOOK_SECRET must have 8 to 256 letters, digits, _ or -: "
            "openssl rand -hex 32 makes one"
        )
    return Webhook(url, address.host, address.port, secret)


def _log_style(value: str, faults: list[str]) -> LogStyle:
    if value.lower() == "json":
        return "json"
    if value.lower() != "text":
        faults.append(f"HOIDAP_LOG is {value}; it can be text or json")
    return "text"


def _place(values: Mapping[str, str], faults: list[str]) -> Place:
    kind, uri = values.get("HOIDAP_INDEX", "local").lower(), values.get("MILVUS_URI", "")
    if kind not in {"local", "milvus"}:
        faults.append(f"HOIDAP_INDEX is {kind}; it can be local or milvus")
    if kind == "milvus" and not uri:
        faults.append("HOIDAP_INDEX is milvus: say in MILVUS_URI where the server is")
    address = MilvusAddress(uri, values.get("MILVUS_TOKEN", "")) if uri else None
    if uri and not _is_of_milvus(uri):
        # Whoever puts a password into it must not read it in a log.
        faults.append(
            "MILVUS_URI must be like http://127.0.0.1:19530, without a name or password (they "
            "belong in MILVUS_TOKEN), or the name of a file ending in .db"
        )
    return Place("milvus" if kind == "milvus" else "local", address)


def _is_of_milvus(uri: str) -> bool:
    if "://" not in uri:
        return uri.endswith(".db")
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def _language(values: Mapping[str, str], faults: list[str]) -> Language:
    value = values.get("HOIDAP_LANGUAGE")
    if value is None:
        locale = values.get("LC_ALL") or values.get("LC_MESSAGES") or values.get("LANG") or ""
        return "en" if locale.lower().startswith("en") else "vi"
    if value.lower() == "en":
        return "en"
    if value.lower() != "vi":
        faults.append(f"HOIDAP_LANGUAGE is {value}; it can be vi or en")
    return "vi"


def _api_base(value: str, faults: list[str]) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        faults.append(f"TELEGRAM_API_BASE is {value}; it must be like {DEFAULT_API_BASE}")
    return value.rstrip("/")


def _token(value: str | None, faults: list[str]) -> str | None:
    if value is not None and not _TOKEN.match(value):
        # The value itself is a secret, even when it is wrong.
        faults.append("TELEGRAM_BOT_TOKEN does not look like 123456:ABC…; copy it from @BotFather")
        return None
    return value
