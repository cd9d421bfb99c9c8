"""Where to listen: how an address is written, who can reach it, and what the world calls it."""

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

METRICS_EXAMPLE = "127.0.0.1:9464"
PUBLIC_EXAMPLE = "https://bot.example.vn"
_MAX_PORT = 65_535
_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-]{1,64}){0,4}/?")


class Address(NamedTuple):
    """A host, by number or name, and a port."""

    host: str
    port: int


class Public(NamedTuple):
    """The reader as the world has it: its address, without a last slash, and where to listen."""

    url: str
    host: str
    port: int

    @property
    def prefix(self) -> str:
        """What all its paths begin with, "" where it has a name of its own."""
        return urlsplit(self.url).path


def address_of(value: str) -> Address | None:
    """Return the address that is written as `host:port`; None where it is none."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > _MAX_PORT:
        return None
    return Address(host.strip("[]"), int(port))


def metrics_address(
    values: Mapping[str, str], listen_default: str, faults: list[str]
) -> Address | None:
    """Return HOIDAP_METRICS, if it is set, or add what is wrong with it to `faults`.

    What it tells is no secret, but nobody's business either: that other machines reach it has to
    be said in a setting of its own.
    """
    value = values.get("HOIDAP_METRICS")
    public = values.get("HOIDAP_METRICS_PUBLIC", "no").lower()
    if public not in {"yes", "no"}:
        faults.append(f"HOIDAP_METRICS_PUBLIC is {public}; it can be yes or no")
    if value is None:
        return None
    address = address_of(value)
    if address is None:
        faults.append(f"HOIDAP_METRICS must be like {METRICS_EXAMPLE}")
    elif public != "yes" and not _is_loopback(address.host):
        faults.append(
            f"HOIDAP_METRICS is {value}, which other machines may reach: use {METRICS_EXAMPLE}, "
            "or say that it is meant so by HOIDAP_METRICS_PUBLIC=yes"
        )
    elif value == values.get("HOIDAP_LISTEN", listen_default) and _listens(values):
        faults.append(
            "HOIDAP_METRICS is HOIDAP_LISTEN, where the world comes; it needs a port of its own"
        )
    return address


def public_address(
    values: Mapping[str, str], listen_default: str, faults: list[str]
) -> Public | None:
    """Return HOIDAP_PUBLIC_URL, if it is set, or add what is wrong with it to `faults`."""
    value = values.get("HOIDAP_PUBLIC_URL")
    address = address_of(values.get("HOIDAP_LISTEN", listen_default))
    if value is None:
        return None
    if not _is_public(value):
        faults.append(
            f"HOIDAP_PUBLIC_URL must be like {PUBLIC_EXAMPLE}: https, a whole host name, a short "
            "path or none (http is for 127.0.0.1 alone, by number)"
        )
        return None
    # What is wrong with HOIDAP_LISTEN is said where the webhook is read.
    return None if address is None else Public(value.rstrip("/"), *address)


def _is_public(value: str) -> bool:
    """Return whether Telegram opens an address as the link of a button, and browsers believe it."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in {"https", "http"} or "@" in parts.netloc or port == 0:
        return False
    if not _HOST.fullmatch(host) and not _is_loopback(host):
        return False
    if parts.scheme == "http" and not _is_loopback(host):
        return False
    # Telegram knows no localhost.
    return host != "localhost" and _PATH.fullmatch(value.partition(parts.netloc)[2]) is not None


def _listens(values: Mapping[str, str]) -> bool:
    return "HOIDAP_WEBHOOK_URL" in values or "HOIDAP_PUBLIC_URL" in values


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
