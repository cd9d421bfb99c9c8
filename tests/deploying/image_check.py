"""`python -m tests.deploying.image_check`: the image, made and run without a container engine.

Every instruction of deploy/Dockerfile is done in clean roots, Debian's Python standing in for the
official image of the same Debian. Then what it ends with is started as compose.yaml says: by its
user, on a root that cannot be written, without capabilities; it has to index the seed article, log
in to the tests' Telegram, answer a question, and stop when told.
"""

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from bot.botapi import BotApiServer
from tests.deploying.dockerfile import Instruction, is_ignored, parsed, stages
from tests.deploying.root import Root, make_base, missing
from tests.e2e.processes import PATIENCE_S
from tests.e2e.talking import new_person

ROOT = Path(__file__).parents[2]
QUESTION = "Đề án 06 là gì?"


@dataclass(slots=True)
class Image:
    """A stage that has been made, and what it says about how it is run."""

    root: Root
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = ""
    words: dict[str, list[str]] = field(default_factory=dict)

    def value(self, text: str) -> str:
        """Return a value with the stage's names put in."""
        return Template(text).safe_substitute(self.arguments | self.environment)


class Builder:
    """Makes the stages of a Dockerfile, one after the other."""

    def __init__(self, base: Path, work: Path, options: argparse.Namespace) -> None:
        self._base, self._work = base, work
        self._given = dict(one.split("=", 1) for one in options.build_arg)
        self._own = dict(one.split("=", 1) for one in options.env)
        self._binds = {path: Path(path) for path in ("/etc/resolv.conf", *options.bind)}
        self._made: dict[str, Image] = {}
        self._ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8")

    def image(self, text: str) -> Image:
        """Make every stage; return the last one."""
        for number, stage in enumerate(stages(parsed(text))):
            words = stage[0].value.split()
            name = words[-1] if "AS" in words else str(number)
            root = Root(self._work / name, self._binds)
            copied(self._base, root.path)
            root.prepare()
            image = self._made[name] = Image(root)
            for one in stage[1:]:
                print(f"{name}: {one.name} {one.value[:90]}", flush=True)
                self._do(one, image)
        return image

    def _do(self, one: Instruction, image: Image) -> None:
        match one.name:
            case "ARG":
                given = {name: self._given.get(name, to) for name, to in one.assigned.items()}
                image.arguments |= given
            case "ENV":
                image.environment |= {name: image.value(to) for name, to in one.assigned.items()}
            case "WORKDIR":
                image.folder = one.value
                (image.root.path / one.value.removeprefix("/")).mkdir(parents=True, exist_ok=True)
            case "USER":
                image.user = one.value
            case "RUN":
                known = _PLAIN | image.arguments | self._own | image.environment
                command = image.root.command(["sh", "-c", one.value], known, image.folder)
                subprocess.run(command, check=True)
            case "COPY":
                self._copy(one, image)
            case "ENTRYPOINT" | "CMD" | "VOLUME":
                image.words[one.name] = one.listed or []
            case "HEALTHCHECK":
                image.words[one.name] = Instruction("CMD", {}, one.value[4:].strip()).listed or []
            case _:
                raise SystemExit(f"image-check does not know {one.name}")

    def _copy(self, one: Instruction, image: Image) -> None:
        *names, to = one.value.split()
        target = image.root.path / Path(image.folder, to).as_posix().removeprefix("/")
        for name in names:
            if stage := one.flags.get("from"):
                source = self._made[stage].root.path / name.removeprefix("/")
            else:
                source = ROOT / name
            place = target / source.name if to.endswith("/") else target
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                ignored = None if stage else self._ignored
                shutil.copytree(source, place, symlinks=True, ignore=ignored, dirs_exist_ok=True)
            elif stage or not is_ignored(name, self._ignore):
                shutil.copy2(source, place)
            else:
                raise SystemExit(f"COPY {name}: .dockerignore keeps it out")

    def _ignored(self, folder: str, names: list[str]) -> list[str]:
        inside = Path(folder).relative_to(ROOT)
        return [one for one in names if is_ignored((inside / one).as_posix(), self._ignore)]


_PLAIN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


async def live(image: Image, volumes: Mapping[str, Path]) -> None:
    """Start the image against the tests' Telegram, ask it something and stop it."""
    root = Root(image.root.path, volumes)
    async with BotApiServer() as server:
        settings = {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_BASE": server.base_url}
        environment = image.environment | settings
        words = image.words["ENTRYPOINT"] + image.words["CMD"]
        command = root.command(words, environment, image.folder, image.user)
        process = await asyncio.create_subprocess_exec(*command)
        try:
            await server.wait_until(lambda: bool(server.calls("getUpdates")), PATIENCE_S)
            person = new_person(server)
            told = await person.told(QUESTION)
            print(f"? {QUESTION}\n{told}")
            assert "Đề án số 06-ĐA/TU" in told
            asked = root.command(image.words["HEALTHCHECK"], environment, "/", image.user)
            healthy = await (await asyncio.create_subprocess_exec(*asked)).wait()
            assert healthy == 0, f"HEALTHCHECK ended with {healthy}"
            print("HEALTHCHECK: healthy")
            os.kill(first_child(process.pid), signal.SIGTERM)
            async with asyncio.timeout(30.0):
                code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
    assert code == 0, f"it stopped with {code}"
    print("stopped by SIGTERM with 0")


def copied(source: Path, target: Path) -> None:
    """Copy a folder with owners, links and everything."""
    subprocess.run(["/bin/cp", "--archive", str(source), str(target)], check=True)


def first_child(pid: int) -> int:
    """Return the process that `unshare` waits for: process 1 of the container."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def size_of(folder: Path) -> int:
    """Return the bytes of all files under a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink())


def volumes_of(image: Image, work: Path) -> dict[str, Path]:
    """Return the volumes as an engine makes them: with what the image has there, and its owner."""
    made = {}
    for inside in image.words["VOLUME"]:
        made[inside] = work / "volumes" / Path(inside).name
        source = image.root.path / inside.removeprefix("/")
        made[inside].parent.mkdir(exist_ok=True)
        copied(source, made[inside])
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the image, run it, and return the exit code."""
    parser = argparse.ArgumentParser(prog="image_check", description=__doc__)
    parser.add_argument("--base", type=Path, help="a root to begin with, instead of making one")
    parser.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--bind", action="append", default=[], metavar="PATH", help="seen by RUN")
    options = parser.parse_args(arguments)
    if lacking := missing():
        print(f"image-check needs {', '.join(lacking)}: NOT CHECKED", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory(prefix="hoidap-image-") as folder:
        work = Path(folder)
        work.chmod(0o755)
        base = options.base or work / "base"
        if options.base is None:
            make_base(base)
        for name in ("python", "python3"):
            link = base / "usr/local/bin" / name
            if not link.is_symlink():
                link.symlink_to("/usr/bin/python3")
        image = Builder(base, work, options).image((ROOT / "deploy/Dockerfile").read_text("utf-8"))
        print(f"beyond its base: {size_of(image.root.path / 'opt') / 1e6:,.0f} MB of hoidap")
        asyncio.run(live(image, volumes_of(image, work)))
    print("image-check: passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
