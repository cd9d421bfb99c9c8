"""The XML inside Word files: its names, and reading an element that may not be there.

Owns how a value is written, and when it says yes. Refuses to know what an element is for.
"""

from typing import Any

from lxml import etree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset({"0", "false", "off", "none"})


def below(element: Any, tags: str) -> Any:
    """Return the element at `tags`, one inside the other as in `pPr/jc`, or None."""
    for tag in tags.split("/"):
        if element is None:
            return None
        element = element.find(WORD + tag)
    return element


def value_of(element: Any) -> str:
    """Return what an element says, its `w:val`; "" where it says nothing or is not there."""
    return "" if element is None else str(element.get(WORD + "val") or "")


def is_on(element: Any) -> bool:
    """Return whether an element says yes: it is there, and does not take itself back."""
    if element is None:
        return False
    value = value_of(element).lower()
    return value not in _OFF and value != "nil"


def integer(text: str | None) -> int:
    """Return the whole number that a text is, or 0."""
    return int(text) if text and text.isdecimal() else 0


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
