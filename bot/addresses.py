"""Where to listen: how an address is written, and who can reach it."""

import ipaddress
from collections.abc import Mapping
from typing import NamedTuple

METRICS_EXAMPLE = "127.0.0.1:9464"
_MAX_PORT = 65_535


class Address(NamedTuple):
    """A host, by number or name, and a port."""

    host: str
    port: int


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
    elif value == values.get("HOIDAP_LISTEN", listen_default) and "HOIDAP_WEBHOOK_URL" in values:
        faults.append("HOIDAP_METRICS is the webhook's HOIDAP_LISTEN; it needs a port of its own")
    return address


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
