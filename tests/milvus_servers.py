"""Milvus Lite for tests: a file, or a server of its own on loopback; of either build.

Version 3 is written in Python; 2.5.1 carries the C++ core of Milvus (`make test-milvus-core`).
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from retrieval.types import MilvusAddress, Place

TOKEN = "nobody:a-secret-of-milvus"
_START_S = 30.0


def lite_version() -> str:
    """Return the version of Milvus Lite that is installed, or ""."""
    try:
        version("pymilvus")
        return version("milvus-lite")
    except PackageNotFoundError:
        return ""


def is_core() -> bool:
    """Return whether it has the C++ core, which knows neither aliases nor HNSW."""
    return lite_version().startswith("2.")


def in_file(folder: Path) -> Place:
    """Return the place of a file of Milvus Lite in `folder`."""
    return Place("milvus", MilvusAddress(str(folder / "lite.db")))


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[tuple[Place, subprocess.Popen[bytes]]]:
    """Run a server that keeps its data in `folder`; yield where it is, and its process."""
    port = port or _free_port()
    command, environment = _command(folder, port)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(port, server, folder / "log")
        yield Place("milvus", MilvusAddress(f"http://127.0.0.1:{port}", TOKEN)), server
    finally:
        server.terminate()
        server.wait(10)


def _command(folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    if not is_core():
        options = ["--data-dir", str(folder / "data"), "--host", "127.0.0.1", "--port", str(port)]
        return [sys.executable, "-m", "milvus_lite", "server", *options], dict(os.environ)
    import milvus_lite

    libraries = Path(str(milvus_lite.__file__)).parent / "lib"
    command = [str(libraries / "milvus"), str(folder / "lite.db"), f"127.0.0.1:{port}", "ERROR"]
    return command, {**os.environ, "LD_LIBRARY_PATH": str(libraries)}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as client:
            client.settimeout(0.5)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"Milvus Lite has not started: {log.read_text(errors='replace')[-2000:]}")
