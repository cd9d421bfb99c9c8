"""The packages that hoidap needs to run, and what these need, as installed here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageMetadata, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PINS = ROOT / "deploy" / "requirements.txt"
_HEAD = """\
# What the image has, to the version; written by `python -m tests.release.pins`, never by hand.
# torch comes from its own index (deploy/Dockerfile), so only its version stands here.
"""


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """An installed package; `licence` is as it says itself, an SPDX expression where it can."""

    name: str
    version: str
    licence: str


def runtime_packages() -> list[Package]:
    """Return all that hoidap needs to run, without itself, by name."""
    found: dict[tuple[str, frozenset[str]], Distribution] = {}
    waiting = [("hoidap", frozenset[str]())]
    while waiting:
        wanted = waiting.pop()
        if wanted in found:
            continue
        found[wanted] = distribution(wanted[0])
        waiting += _needed(found[wanted].requires or (), wanted[1])
    return sorted({_package(one) for (name, _), one in found.items() if name != "hoidap"})


def pins(packages: Iterable[Package]) -> str:
    """Return a requirements file of exactly these; a build of torch is of its plain version."""
    lines = [f"{one.name}=={one.version.partition('+')[0]}\n" for one in packages]
    return _HEAD + "".join(lines)


def pinned() -> dict[str, str]:
    """Return package → version, as the image has them."""
    lines = PINS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def canonical(name: str) -> str:
    """Return the name of a package as there is one of each."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed(requires: Iterable[str], extras: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in requires:
        wanted = Requirement(text)
        marker = wanted.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield canonical(wanted.name), frozenset(wanted.extras)


def _one(told: PackageMetadata, field: str) -> str:
    return next(iter(told.get_all(field) or ()), "")


def _package(one: Distribution) -> Package:
    told = one.metadata
    kinds = [line for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    named = [kind.rpartition(" :: ")[2] for kind in kinds if not kind.endswith("OSI Approved")]
    # Some have the whole text of their licence where its name should be.
    written = _one(told, "License").strip()
    short = written if written and "\n" not in written else ""
    licence = _one(told, "License-Expression") or " AND ".join(named) or short
    return Package(canonical(told["Name"]), one.version, licence)
