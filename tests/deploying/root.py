"""A folder as the root of processes: what a container is, without an engine. Needs to be root."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

DEBIAN = "bookworm"
_PROGRAMS = ("debootstrap", "unshare", "chroot", "setpriv")
_PACKAGES = "ca-certificates,python3,python3-venv"


@dataclass(frozen=True, slots=True)
class Root:
    """A root folder, and what of this machine is seen in it.

    Attributes:
        path: The folder.
        binds: Path inside → path of this machine.
    """

    path: Path
    binds: Mapping[str, Path] = field(default_factory=dict)

    def command(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: str = "/",
        user: str = "",
    ) -> list[str]:
        """Return the command that runs `words` inside, as process 1 of its own.

        With a `user`, as in a container that is locked: the root is read-only, /tmp is in memory
        and runs nothing, and there are no capabilities and none to gain.
        """
        root = shlex.quote(str(self.path))
        script = ["set -e", f"mount --bind {root} {root}", f"mount -t proc proc {root}/proc"]
        script.append(f"mount --rbind /dev {root}/dev")
        for inside, outside in self.binds.items():
            script += [f"mount --bind {shlex.quote(str(outside))} {root}{shlex.quote(inside)}"]
        become: list[str] = []
        if user:
            script.append(f"mount -o remount,bind,ro {root}")
            script.append(
                f"mount -t tmpfs -o size=1g,mode=1777,noexec,nosuid,nodev none {root}/tmp"  # noqa: S108  # of the container
            )
            number, _, group = user.partition(":")
            become = ["setpriv", f"--reuid={number}", f"--regid={group}", "--clear-groups"]
            become += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        given = [f"{name}={value}" for name, value in environment.items()]
        inner = shlex.join(["cd", folder]) + " && exec " + shlex.join([*become, *words])
        # `env -i`: nothing of this machine's own comes along.
        script.append(
            "exec " + shlex.join(["chroot", root, "env", "-i", *given, "sh", "-c", inner])
        )
        mounted = "\n".join(script)
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", mounted]

    def prepare(self) -> None:
        """Make room for what is bound into it."""
        for inside, outside in self.binds.items():
            place = self.path / inside.removeprefix("/")
            if outside.is_dir():
                place.mkdir(parents=True, exist_ok=True)
            elif not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.touch()


def missing() -> list[str]:
    """Return what this machine lacks to make roots and run in them."""
    found = [] if os.geteuid() == 0 else ["to be root"]
    return found + [name for name in _PROGRAMS if shutil.which(name) is None]


def make_base(path: Path) -> None:
    """Put Debian with its Python into a folder, in the place of the official Python image."""
    command = ["debootstrap", "--variant=minbase", f"--include={_PACKAGES}", DEBIAN, str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
