"""What the last build of a data folder did, kept beside its generations for whoever asks later.

Written by whatever builds, in any process, after it; never in a build's way.
"""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from retrieval.build import BuildReport
from retrieval.errors import CanaryFailed

_log = logging.getLogger(__name__)

_NAME = "last-build.json"


@dataclass(frozen=True, slots=True)
class LastBuild:
    """How a build ended.

    Attributes:
        ended: When, UTC.
        report: What it did; None where it was refused.
        refusal: The canary questions that the new index failed; None where it was not refused.
    """

    ended: datetime
    report: BuildReport | None = None
    refusal: CanaryFailed | None = None


def decode_report(fields: dict[str, Any]) -> BuildReport:
    """Return the report that `asdict` and JSON made `fields` of.

    Raises:
        KeyError, TypeError, ValueError: They are none.
    """
    failed = [(str(name), str(reason)) for name, reason in fields["failed"]]
    return BuildReport(**{**fields, "failed": failed})


def keep(data: Path, ended: BuildReport | CanaryFailed) -> None:
    """Keep how a build in `data` ended; where that cannot be written it is logged."""
    told: dict[str, object] = {"ended": datetime.now(UTC).isoformat(timespec="seconds")}
    if isinstance(ended, BuildReport):
        told["report"] = asdict(ended)
    else:
        told["refusal"] = ended.failures
    try:
        # Not by way of another file: half of it is as good as none, and leaves nothing behind.
        (data / _NAME).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    except (OSError, UnicodeEncodeError) as error:
        _log.warning("build.end_not_kept error=%s", type(error).__name__)


def last_build(data: Path) -> LastBuild | None:
    """Return how the last build in `data` ended, or None where that is not known."""
    try:
        told = json.loads((data / _NAME).read_text(encoding="utf-8"))
        ended = datetime.fromisoformat(told["ended"])
        if "report" in told:
            return LastBuild(ended, report=decode_report(told["report"]))
        failures = [(str(asked), str(due), str(came)) for asked, due, came in told["refusal"]]
        return LastBuild(ended, refusal=CanaryFailed(failures))
    except (OSError, ValueError, TypeError, KeyError):
        return None
