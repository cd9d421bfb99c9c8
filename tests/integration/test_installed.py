"""What is given away: the wheel made from the source archive, installed where no checkout is."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import pytest
from lxml import html

from bot import __version__
from bot.cli import SEED
from tests.builders import SEED_CORPUS
from tests.e2e.previews import PreviewProcess
from tests.e2e.processes import PATIENCE_S, clean_environment

ROOT = Path(__file__).parents[2]
# What people have of their own in a checkout is not copied: the archive must not have it either.
_OWN = shutil.ignore_patterns(".*", "data", "scratch", "build", "dist", "*.egg-info", "__pycache__")
_PRIVATE = ("deploy/.env", "corpus/cua-rieng.txt")


def ran(command: Sequence[str | Path], folder: Path) -> str:
    """Run a command that must succeed, without this checkout on its path; return what it wrote."""
    environment = clean_environment(TMPDIR=str(folder))
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def built(what: str, source: Path, target: Path) -> Path:
    """Build an `sdist` or a `wheel` as pip would, with the setuptools of here and no network."""
    program = f"from setuptools import build_meta; print(build_meta.build_{what}({str(target)!r}))"
    target.mkdir(exist_ok=True)
    return target / ran([sys.executable, "-c", program], source).splitlines()[-1]


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive of a checkout in which somebody has things of their own."""
    folder = tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT, folder / "checkout", ignore=_OWN)
    for name in _PRIVATE:
        (folder / "checkout" / name).write_text("của riêng", encoding="utf-8")
    return built("sdist", folder / "checkout", folder / "made")


@pytest.fixture(scope="session")
def wheel(sdist: Path) -> Path:
    """The wheel, made from nothing but the source archive."""
    unpacked = sdist.parent / "unpacked"
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    return built("wheel", unpacked / f"hoidap-{__version__}", sdist.parent)


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel, and the dependencies of this one."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    ran([sys.executable, "-m", "venv", "--without-pip", environment], environment.parent)
    (packages,) = environment.glob("lib/*/site-packages")
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    # A .pth file in a folder that a .pth file names is not read: the checkout stays unknown.
    (packages / "dependencies.pth").write_text(ours, encoding="utf-8")
    python = str(environment / "bin" / "python")
    install = ["--python", python, "install", "--no-deps", "--no-index", "--quiet", str(wheel)]
    ran([sys.executable, "-m", "pip", *install], environment.parent)
    return environment / "bin"


def test_the_wheel_has_all_that_an_answer_needs(wheel: Path) -> None:
    """The weights, the word lists, the seed article and the licence are in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {path for path in (ROOT / "retrieval" / "model").rglob("*") if path.is_file()}
    wanted |= {path for path in SEED.iterdir() if path.is_file()}
    wanted |= set((ROOT / "retrieval").rglob("*.t[xs][tv]"))
    wanted |= set((ROOT / "bot" / "web").glob("[st]*/*"))
    assert {path.relative_to(ROOT).as_posix() for path in wanted} - names == set()
    assert f"hoidap-{__version__}.dist-info/licenses/LICENSE" in names


def test_nothing_of_ones_own_is_given_away(sdist: Path, wheel: Path) -> None:
    """Documents in corpus/ and settings in a checkout are in no archive that is made from it."""
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    with zipfile.ZipFile(wheel) as packed:
        names += packed.namelist()
    assert any(name.endswith("deploy/env.example") for name in names)
    assert [name for name in names if name.endswith(_PRIVATE) or "/.env" in name] == []


def test_the_packaged_seed_is_the_seed() -> None:
    """What `hoidap demo` answers from is what lies in corpus/, byte for byte."""
    packed = {path.name: path.read_bytes() for path in SEED.iterdir()}
    assert packed == {name: (SEED_CORPUS / name).read_bytes() for name in packed}
    assert len(packed) == 2


def test_the_demo_answers(installed: Path, tmp_path: Path) -> None:
    """`pip install`, then `hoidap demo`: the example question is answered, and nothing is left."""
    out = ran([installed / "hoidap", "demo"], tmp_path)
    assert "Đề án số 06-ĐA/TU ngày 24-9-2013" in out
    assert "(ha-noi-de-an-06.txt)" in out
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def test_the_demo_answers_what_it_is_asked(installed: Path, tmp_path: Path) -> None:
    """`hoidap demo QUESTION` answers that question, whatever is set for the real bot."""
    (tmp_path / ".env").write_text("HOIDAP_CORPUS=/nowhere\nHOIDAP_MODEL=/nowhere\n")
    out = ran([installed / "hoidap", "demo", "Hà Nội có bao nhiêu thôn, tổ dân phố?"], tmp_path)
    assert "ha-noi-de-an-06.txt" in out
    assert ran([installed / "hoidap", "--version"], tmp_path) == f"hoidap {__version__}\n"


async def test_the_preview_shows_its_page(installed: Path, tmp_path: Path) -> None:
    """`pip install`, then `hoidap preview`: its pages and all that they load are there."""
    command = [str(installed / "hoidap")]
    preview = PreviewProcess(tmp_path, environment={"PYTHONPATH": ""}, command=command)
    address = await preview.start()
    # By number there are no cookies unless one says so.
    cookies = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=cookies, raise_for_status=True) as browser:
        for path in (address, "/search", "/corpus", "/unanswered", "/ranking", "/evaluation"):
            async with browser.get(urljoin(address, path)) as response:
                page = html.fromstring(await response.text())
            assert page.xpath("//nav//a[@aria-current]") or path == "/search"
            for loaded in page.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
                async with browser.get(urljoin(address, str(loaded))) as response:
                    assert await response.read()
    assert await preview.stop() == 0, preview.err
