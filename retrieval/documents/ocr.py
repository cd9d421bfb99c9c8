"""Scanned PDF files → a text layer, by ocrmypdf and tesseract where both are installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from retrieval.documents.programs import run_program

OCR_SECONDS = 1_800.0
"""A scanned page takes a few seconds."""
_PROGRAM = "ocrmypdf"
_LANGUAGES = ("vie", "eng")
_ASKED_SECONDS = 20.0


def can_recognise() -> bool:
    """Return whether the programs are there, with Vietnamese."""
    return shutil.which(_PROGRAM) is not None and "vie" in _languages()


def with_text_layer(data: bytes) -> bytes | None:
    """Return a scan with the text that was recognised on it; None where that cannot be done."""
    languages = "+".join(name for name in _LANGUAGES if name in _languages())
    if not languages:
        return None
    with tempfile.TemporaryDirectory(prefix="hoidap-ocr-") as name:
        folder = Path(name)
        (folder / "scan.pdf").write_bytes(data)
        command = [_PROGRAM, "--language", languages, "--skip-text", "--output-type", "pdf"]
        command += ["--quiet", "--jobs", "2", "scan.pdf", "text.pdf"]
        try:
            ran = run_program(command, folder, OCR_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return None
        found = folder / "text.pdf"
        return found.read_bytes() if ran.status == 0 and found.is_file() else None


def _languages() -> frozenset[str]:
    """Return the languages that tesseract knows; none where it is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    with tempfile.TemporaryDirectory(prefix="hoidap-ocr-") as name:
        try:
            ran = run_program([program, "--list-langs"], Path(name), _ASKED_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return frozenset()
    return frozenset((ran.output + ran.complaints).decode("utf-8", "replace").split())
