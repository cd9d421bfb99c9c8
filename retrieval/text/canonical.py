"""The one form in which text is kept, quoted and counted.

Every offset in hoidap refers to the result of `canonical_text`, so this is the only place where
characters may be added, removed or replaced.
"""

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Invisible: byte order mark, zero-width space, word joiner, soft hyphen, bidirectional controls,
# annotation anchors, and tags, which can spell whole sentences that nobody sees.
# They break matching, and the bidirectional ones can make a quote read as what it is not. The
# zero-width joiners stay: emoji and some scripts are spelled with them.
_INVISIBLE = re.compile(
    "[\ufeff\u200b\u200e\u200f\u2060-\u2064\u00ad\u061c\u180e\u202a-\u202e\u2066-\u206f"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_OTHER_SPACES = re.compile(r"[^\S\n ]")
_SPACES = re.compile(" {2,}")
_SPACES_AT_LINE_EDGE = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SPACED_OUT = ("  ", " \n", "\n ", "\n\n\n")


def canonical_text(raw: str) -> str:
    r"""Return `raw` in canonical form: NFC, `\n` line ends, single spaces, nothing invisible.

    Lines keep their breaks; two or more empty lines become one. Idempotent.
    """
    text = raw if _is_plain(raw) else _plain(raw)
    if any(spaced in text for spaced in _SPACED_OUT):
        text = _SPACES.sub(" ", text)
        text = _SPACES_AT_LINE_EDGE.sub("\n", text)
        text = _EMPTY_LINES.sub("\n\n", text)
    return text.strip(" \n")


def _is_plain(text: str) -> bool:
    """Return whether `_plain` would give `text` back; most texts are, and this is soon seen.

    Whatever it removes or replaces is not printable: controls, the invisible, other spaces.
    """
    return text.replace("\n", "").isprintable() and unicodedata.is_normalized("NFC", text)


def _plain(text: str) -> str:
    """Return `text` in NFC, of whose controls and spaces only line feeds and spaces are left."""
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _CONTROLS.sub(" ", text)
    # Removing a character can bring a base letter and its mark together: compose after that.
    return _OTHER_SPACES.sub(" ", unicodedata.normalize("NFC", text))


def canonical_line(raw: str) -> str:
    """Return `raw` in canonical form on one line; what questions, titles and headings use."""
    return " ".join(canonical_text(raw).split())
