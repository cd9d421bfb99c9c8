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
    return bool(_languages())


def with_text_layer(data: bytes) -> bytes | None:
    """Return a scan with the text that was recognised on it; None where that cannot be done."""
    languages = _languages()
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


def _languages() -> str:
    """Return the languages to ask for, as ocrmypdf takes them; "" where a program or vie lacks."""
    program = shutil.which("tesseract")
    if program is None or shutil.which(_PROGRAM) is None:
        return ""
    with tempfile.TemporaryDirectory(prefix="hoidap-ocr-") as name:
        try:
            ran = run_program([program, "--list-langs"], Path(name), _ASKED_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return ""
    known = (ran.output + ran.complaints).decode("utf-8", "replace").split()
    return "+".join(name for name in _LANGUAGES if name in known) if "vie" in known else ""
