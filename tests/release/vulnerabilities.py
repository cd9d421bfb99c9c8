"""`python -m tests.release.vulnerabilities`: what is publicly known against what the image has.

pip-audit says "No known vulnerabilities found" and exits with 0 where it could ask nobody: it
counts what it could not look up as skipped. Here a package not looked up is a failure of its own.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.release.packages import PINS

CLEAN, VULNERABLE, UNKNOWN = 0, 1, 3
_SERVICES = ("pypi", "osv")
"""Asked one after the other, until one knows everything."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What one service said: package and advisory of each fault, and what it did not look up."""

    known: Sequence[str] = ()
    skipped: Sequence[str] = ()
    failure: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every package was looked up."""
        return not self.failure and not self.skipped


@dataclass(slots=True)
class Verdict:
    """The exit code, and what to print."""

    code: int
    lines: list[str] = field(default_factory=list)


def read(written: str, complaints: str) -> Audit:
    """Return what pip-audit's JSON says; without any, its last complaint is why it failed."""
    try:
        packages: list[dict[str, Any]] = json.loads(written)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(failure=(complaints.strip().splitlines() or ["it said nothing"])[-1])
    known = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {fault['fix_versions'] or '?'}"
        for one in packages
        for fault in one.get("vulns", ())
    ]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    return Audit(known, skipped, "" if packages else "it looked at no package")


def judged(audits: Sequence[Audit]) -> Verdict:
    """Return the verdict: a fault that anybody knows counts, silence never counts as clean."""
    known = sorted({fault for audit in audits for fault in audit.known})
    if known:
        return Verdict(VULNERABLE, known)
    if any(audit.is_whole for audit in audits):
        return Verdict(CLEAN, ["no known vulnerabilities"])
    reasons = [audit.failure or f"{len(audit.skipped)} not looked up" for audit in audits]
    return Verdict(UNKNOWN, ["NOT AUDITED: no database could be asked", *reasons])


def _asked(service: str) -> Audit:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINS), "--no-deps"]
    command += ["--disable-pip", "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(
        [*command, "--vulnerability-service", service], capture_output=True, text=True, check=False
    )
    return read(done.stdout, done.stderr)


def main() -> int:
    """Ask, print the verdict and return the exit code."""
    audits: list[Audit] = []
    for service in _SERVICES:
        audits.append(_asked(service))
        if audits[-1].is_whole:
            break
    verdict = judged(audits)
    print(*verdict.lines, sep="\n")
    return verdict.code


if __name__ == "__main__":
    sys.exit(main())
