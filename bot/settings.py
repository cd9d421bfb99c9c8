"""Settings: flags over environment over `.env`, checked all at once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.errors import ConfigError

Language = Literal["vi", "en"]

DEFAULT_API_BASE = "https://api.telegram.org"
# Loose: a Bot API server of one's own may give out shorter ones than Telegram.
_TOKEN = re.compile(r"^\d+:[A-Za-z0-9_-]+$")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the operator knows it; `deploy/env.example` lists them all."""

    name: str
    example: str
    meaning: str


SETTINGS = (
    Setting(
        "TELEGRAM_BOT_TOKEN", "123456:ABC-your-token", "from @BotFather; only the bot needs it"
    ),
    Setting("HOIDAP_ADMINS", "11111111,22222222", "Telegram user ids that may reindex"),
    Setting("HOIDAP_CORPUS", "corpus", "folder of documents"),
    Setting("HOIDAP_DATA", "data", "folder of the index and the database"),
    Setting(
        "HOIDAP_MODEL",
        "intfloat/multilingual-e5-small",
        "another sentence-transformers model: a name on a hub, or a folder",
    ),
    Setting(
        "HOIDAP_RERANKER",
        "BAAI/bge-reranker-v2-m3",
        "a CrossEncoder that reads the best passages again; slower, off when not set",
    ),
    Setting("HOIDAP_LANGUAGE", "vi", "language of the command line and of channels: vi or en"),
    Setting("TELEGRAM_API_BASE", DEFAULT_API_BASE, "root of a Bot API server of your own"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set; `token` never shows in a repr or a log."""

    corpus: Path
    data: Path
    model: str | None
    admins: frozenset[int]
    language: Language
    api_base: str
    token: str | None = field(default=None, repr=False)
    reranker: str | None = None

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
) -> Settings:
    """Return the settings.

    Args:
        flags: Setting name → value from the command line; None where not given.
        environment: Instead of the process's.
        env_file: Read when it exists; the environment wins over it.

    Raises:
        ConfigError: All the bad settings at once.
    """
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
    )
    if faults:
        raise ConfigError(faults)
    return settings


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
