"""A Dockerfile as instructions, and what is wrong with it by the rules of deploy/."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

_FLAG = re.compile(r"--([a-z-]+)(?:=(\S+))?\s+")
_BASE = re.compile(r"[\w./-]+:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?")
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|CREDENTIAL", re.IGNORECASE)
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(\"[^\"]*\"|\S*)")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: RUN, COPY …; its flags; the rest, on one line."""

    name: str
    flags: dict[str, str]
    value: str

    @property
    def assigned(self) -> dict[str, str]:
        """What an ARG or ENV gives to which name; "" where an ARG has no default."""
        if self.name == "ARG" and "=" not in self.value:
            return {self.value: ""}
        return {name: value.strip('"') for name, value in _ASSIGNED.findall(self.value)}

    @property
    def listed(self) -> list[str] | None:
        """The value as a list of words, where it is written as JSON."""
        return json.loads(self.value) if self.value.startswith("[") else None


def parsed(text: str) -> list[Instruction]:
    """Return the instructions of a Dockerfile, without comments."""
    return list(_instructions(text))


def stages(instructions: Sequence[Instruction]) -> list[list[Instruction]]:
    """Return the instructions of each stage, from its FROM on."""
    found: list[list[Instruction]] = []
    for one in instructions:
        if one.name == "FROM":
            found.append([])
        if found:
            found[-1].append(one)
    return found


def base_of(stage: Sequence[Instruction], instructions: Sequence[Instruction]) -> str:
    """Return the image that a stage begins with, arguments before the first FROM put in."""
    base = stage[0].value.split()[0]
    for one in instructions[: instructions.index(stage[0])]:
        for name, value in one.assigned.items() if one.name == "ARG" else ():
            base = base.replace(f"${{{name}}}", value)
    return base


def faults(text: str) -> list[str]:
    """Return what is wrong with a Dockerfile."""
    whole = parsed(text)
    return [fault for check in (_bases, _leaks, _fetches, _ending) for fault in check(whole)]


def is_ignored(name: str, ignore: str) -> bool:
    """Return whether a .dockerignore keeps a file out of the build."""
    path, ignored = PurePosixPath(name), False
    for line in ignore.splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        excepted, pattern = pattern.startswith("!"), pattern.removeprefix("!")
        anywhere = pattern.startswith("**/")
        for part in (path, *path.parents):
            candidate = part.name if anywhere else str(part)
            # A star stops at a slash: what has as many parts as the pattern is compared.
            wanted = pattern.removeprefix("**/")
            same_depth = anywhere or wanted.count("/") == candidate.count("/")
            if candidate and same_depth and fnmatchcase(candidate, wanted):
                ignored = not excepted
    return ignored


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, rest = line.strip().partition(" ")
        rest, flags = rest.strip(), {}
        while match := _FLAG.match(rest):
            flags[match[1]] = match[2] or ""
            rest = rest[match.end() :]
        yield Instruction(name.upper(), flags, rest)


def _bases(whole: Sequence[Instruction]) -> Iterator[str]:
    named = {stage[0].value.split()[-1] for stage in stages(whole) if " AS " in stage[0].value}
    for stage in stages(whole):
        base = base_of(stage, whole)
        if base not in named and not _BASE.fullmatch(base):
            yield f"FROM {base}: name the full version, not one that moves"


def _leaks(whole: Sequence[Instruction]) -> Iterator[str]:
    for one in whole:
        if one.name in {"ARG", "ENV", "LABEL"}:
            for name in one.assigned:
                if _SECRET.search(name):
                    yield f"{one.name} {name}: a secret stays in the image for ever"
        if one.name == "COPY" and "from" not in one.flags and one.value.split()[0] in {".", "./"}:
            yield "COPY .: name what is copied"


def _fetches(whole: Sequence[Instruction]) -> Iterator[str]:
    for one in whole:
        if one.name == "ADD":
            yield "ADD: it unpacks and downloads; use COPY"
        if one.name == "RUN" and re.search(r"\b(curl|wget|git clone)\b", one.value):
            yield "RUN: nothing is fetched but by apt and pip"
        if one.name == "RUN" and "apt-get install" in one.value:
            for needed in ("apt-get update", "--no-install-recommends", "/var/lib/apt/lists"):
                if needed not in one.value:
                    yield f"apt-get install without {needed}"
        if one.name == "RUN" and "sudo" in one.value.split():
            yield "RUN: no sudo"


def _ending(whole: Sequence[Instruction]) -> Iterator[str]:
    last = stages(whole)[-1]
    users = [one.value for one in last if one.name == "USER"]
    # A name cannot be checked by Kubernetes' runAsNonRoot; a number can.
    if not users or not re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]):
        yield "the last stage must end as a USER by number, not root"
    for name in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
        found = [one for one in last if one.name == name]
        if not found:
            yield f"there is no {name}"
        elif not found[-1].value.removeprefix("CMD ").startswith("["):
            yield f"{name}: write a list, so that signals reach the process and not a shell"
    if len(stages(whole)) < 2:
        yield "one stage: what builds must not be shipped"
