"""`python -m tests.release.licences`: under which licences hoidap may be given on, and why.

A licence that is not known here is a fault, so that whoever adds a dependency reads it first.
"""

import re
import sys
from collections.abc import Iterable

from tests.release.packages import PINS, Package, pinned, runtime_packages

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "MIT",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    }
)
"""They ask for their notices to be kept, MPL-2.0 for changes to its own files as well."""

_OLD_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What people wrote before there were SPDX expressions."""

EXCEPTIONS = {
    "python-telegram-bot": (
        "LGPL-3.0-only",
        "used as a library, unchanged; whoever has hoidap can put another version in its place",
    ),
    "tld": (
        "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later",
        "trafilatura needs it; of the three MPL-1.1 is taken, and its files are unchanged",
    ),
}
"""Package → (its licence, why it may be there all the same)."""


def faults(packages: Iterable[Package]) -> list[str]:
    """Return one sentence for each package whose licence has not been thought about."""
    found = []
    for one in packages:
        excepted, _ = EXCEPTIONS.get(one.name, ("", ""))
        if not (one.licence == excepted or is_allowed(one.licence)):
            found.append(f"{one.name} {one.version}: {one.licence or 'no licence'} is not allowed")
    return found


def is_allowed(licence: str) -> bool:
    """Return whether all that an expression demands is allowed, by one of its choices."""
    plain = _OLD_NAMES.get(licence, licence).replace("(", " ").replace(")", " ")
    choices = re.split(r"\s+OR\s+", plain.strip())
    return any(
        all(_OLD_NAMES.get(part, part) in ALLOWED for part in re.split(r"\s+AND\s+", choice))
        for choice in choices
    )


def main() -> int:
    """Print every package with its licence, then the faults; return the exit code."""
    image, packages = pinned(), runtime_packages()
    for one in packages:
        why = EXCEPTIONS.get(one.name, ("", ""))[1]
        why = why if one.name in image else "not in the image"
        print(f"{one.name:24} {one.version:20} {one.licence}{f'  ({why})' if why else ''}")
    found = faults(one for one in packages if one.name in image)
    # PyPI's torch brings NVIDIA's packages, under NVIDIA's terms; the image's does not.
    absent = sorted(image.keys() - {one.name for one in packages})
    found += [f"{name} is in {PINS.name} and not installed: pins are old" for name in absent]
    print(*found, sep="\n", file=sys.stderr)
    print(f"{len(packages)} packages, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
