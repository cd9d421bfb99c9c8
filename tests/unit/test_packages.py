"""What hoidap stands on: pinned for the image, under known licences, never called clean unasked."""

import json
import tomllib

from packaging.requirements import Requirement

from tests.release.licences import EXCEPTIONS, faults, is_allowed
from tests.release.packages import ROOT, Package, canonical, pinned, pins, runtime_packages
from tests.release.vulnerabilities import CLEAN, UNKNOWN, VULNERABLE, Audit, judged, read

DIRECT = [
    Requirement(text)
    for text in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "dependencies"
    ]
]


def test_every_dependency_is_pinned_within_its_range() -> None:
    """The image has every package that pyproject.toml names, in a version that it allows."""
    assert {canonical(one.name) for one in DIRECT} - pinned().keys() == set()
    assert [str(one) for one in DIRECT if pinned()[canonical(one.name)] not in one.specifier] == []
    assert list(pinned()) == sorted(pinned())


def test_pins_of_a_special_build() -> None:
    """A CPU build of torch is pinned by its plain version, which any index has."""
    assert pins([Package("torch", "2.13.0+cpu", "")]).endswith("\ntorch==2.13.0\n")


def test_every_licence_is_allowed_or_explained() -> None:
    """No package of the image, however deep, has a licence that nobody has thought about."""
    packages = [one for one in runtime_packages() if one.name in pinned()]
    assert len(packages) > len(DIRECT)
    assert faults(packages) == []
    assert EXCEPTIONS.keys() <= {one.name for one in packages}
    assert [name for name, (licence, _) in EXCEPTIONS.items() if is_allowed(licence)] == []


def test_what_a_licence_allows() -> None:
    """Of choices one is enough, of demands all must be allowed; an unknown or absent one is not."""
    assert is_allowed("MIT")
    assert is_allowed("GPL-3.0-only OR MIT")
    assert is_allowed("Apache Software License AND MIT License")
    for licence in ("", "GPL-3.0-only", "MIT AND GPL-3.0-only", "Proprietary", "UNKNOWN"):
        assert not is_allowed(licence)
    assert faults([Package("python-telegram-bot", "1", "GPL-3.0-only")]) != []


def test_silence_is_not_clean() -> None:
    """Where no database answers, or not for every package, the audit says so and fails."""
    skipped = json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]})
    assert judged([read(skipped, ""), read("", "x\nConnectionError: y")]).code == UNKNOWN
    assert judged([read('{"dependencies": []}', "")]).code == UNKNOWN
    assert judged([]).code == UNKNOWN
    assert "ConnectionError: y" in judged([read("", "x\nConnectionError: y")]).lines


def test_an_audit() -> None:
    """One database that knows every package is enough; a fault that any knows counts."""
    clean = {"name": "a", "version": "1", "vulns": []}
    hit = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
    assert judged([read(json.dumps({"dependencies": [clean]}), "")]).code == CLEAN
    assert judged([Audit(skipped=["a"]), Audit()]).code == CLEAN
    found = judged([read(json.dumps({"dependencies": [clean, hit]}), ""), Audit(failure="x")])
    assert (found.code, found.lines) == (VULNERABLE, ["b 2: CVE-1, mended in ['3']"])
