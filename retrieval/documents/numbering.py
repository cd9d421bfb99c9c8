"""What a paragraph of a Word file has though nobody typed it: the look of its style, its number.

Owns how styles are based on each other, and how lists count, for every format that counts as Word
does.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from retrieval.documents.word_xml import WORD, below, integer, is_on, value_of

_CENTRED = frozenset({"center"})
_HEADING_STYLE = re.compile(r"heading (\d)")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


class Styles:
    """The paragraph and character styles: what each says, or the one that it is based on.

    Attributes:
        default: Of the paragraphs that name no style; "" where there is none.
    """

    def __init__(self, styles: Any) -> None:
        self._by_id = {style.get(WORD + "styleId"): style for style in styles.iter(WORD + "style")}
        defaults = styles.iter(WORD + "style")
        self.default = next(
            (
                str(style.get(WORD + "styleId"))
                for style in defaults
                if style.get(WORD + "type") == "paragraph" and style.get(WORD + "default")
            ),
            "",
        )
        self._known: dict[tuple[str, str], Any] = {}

    def name(self, style: str) -> str:
        """Return what Word calls a style, in lower-case English in every language."""
        element = self._by_id.get(style)
        return "" if element is None else value_of(element.find(WORD + "name")).lower()

    def find(self, style: str, tags: str) -> Any:
        """Return the element at `tags` of a style or of what it is based on, or None."""
        key = (style, tags)
        if key not in self._known:
            self._known[key] = next(
                (f for element in self._chain(style) if (f := below(element, tags)) is not None),
                None,
            )
        return self._known[key]

    def _chain(self, style: str) -> Iterator[Any]:
        seen: set[str] = set()
        while style in self._by_id and style not in seen:
            seen.add(style)
            yield self._by_id[style]
            style = value_of(self._by_id[style].find(WORD + "basedOn"))

    def level(self, style: str) -> int:
        """Return the level of a heading style, 1 outermost; 0 for any other."""
        match = _HEADING_STYLE.match(self.name(style))
        if match:
            return int(match[1])
        outline = value_of(self.find(style, "pPr/outlineLvl"))
        return int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0


class Look:
    """How one paragraph looks: what it says itself, else its style.

    Attributes:
        style: By which its style is known in the file.
        name: What Word calls that style.
    """

    def __init__(self, element: Any, styles: Styles) -> None:
        self._own = element.find(WORD + "pPr")
        self._styles = styles
        own = None if self._own is None else self._own.find(WORD + "pStyle")
        self.style = styles.default if own is None else value_of(own)
        self.name = styles.name(self.style)

    def find(self, tag: str) -> Any:
        """Return a paragraph property, or None."""
        own = None if self._own is None else self._own.find(WORD + tag)
        return self._styles.find(self.style, f"pPr/{tag}") if own is None else own

    @property
    def centred(self) -> bool:
        """Whether it stands in the middle."""
        return value_of(self.find("jc")) in _CENTRED

    @property
    def level(self) -> int:
        """The level of the heading that it is, 1 outermost; 0 where it is none."""
        own = None if self._own is None else self._own.find(WORD + "outlineLvl")
        if own is None:
            return self._styles.level(self.style)
        outline = value_of(own)
        return int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0

    @cached_property
    def _bold(self) -> bool:
        return is_on(self._styles.find(self.style, "rPr/b"))

    def is_bold(self, run: Any) -> bool:
        """Return whether a run of this paragraph is bold."""
        own = below(run, "rPr/b")
        if own is None:
            own = self._styles.find(value_of(below(run, "rPr/rStyle")), "rPr/b")
        return self._bold if own is None else is_on(own)


class Numbering:
    """The numbers that Word counts for itself, as they stand before the text on paper.

    It is made of the element that defines the lists of a file, or of None where no part does.
    """

    def __init__(self, numbering: Any) -> None:
        self._levels: dict[str, dict[int, Any]] = {}
        self._sequence: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if numbering is None:
            return
        abstract = {
            str(element.get(WORD + "abstractNumId")): element
            for element in numbering.iter(WORD + "abstractNum")
        }
        for number in numbering.iter(WORD + "num"):
            self._add(number, abstract)

    def _add(self, number: Any, abstract: dict[str, Any]) -> None:
        name = str(number.get(WORD + "numId"))
        sequence = value_of(number.find(WORD + "abstractNumId"))
        if sequence not in abstract:
            return
        self._sequence[name] = sequence
        levels = {
            integer(lvl.get(WORD + "ilvl")): lvl for lvl in abstract[sequence].iter(WORD + "lvl")
        }
        restarts = {}
        for override in number.iter(WORD + "lvlOverride"):
            at = integer(override.get(WORD + "ilvl"))
            own = override.find(WORD + "lvl")
            levels[at] = levels.get(at) if own is None else own
            start = override.find(WORD + "startOverride")
            if start is not None:
                restarts[at] = integer(value_of(start))
        self._levels[name], self._restarts[name] = levels, restarts

    def level_of_style(self, number: str, style: str) -> int:
        """Return the level of a list that belongs to a style; 0 where none does."""
        for at, level in self._levels.get(number, {}).items():
            if level is not None and value_of(level.find(WORD + "pStyle")) == style:
                return at
        return 0

    def label(self, number: str, at: int) -> str:
        """Return what stands before the next paragraph of a list, its space included; or ""."""
        level = self._levels.get(number, {}).get(at)
        if level is None:
            return ""
        self._count(number, at)
        kind = _format(level)
        if kind == "bullet":
            return "- "
        text = value_of(level.find(WORD + "lvlText"))
        legal = level.find(WORD + "isLgl") is not None
        said = re.sub("%([1-9])", lambda m: self._said(number, int(m[1]) - 1, legal), text)
        return f"{said} " if kind != "none" and said.strip() else ""

    def _count(self, number: str, at: int) -> None:
        # Lists of one kind count on after each other, unless one says that it starts anew.
        counts = self._counts.setdefault(self._sequence[number], {})
        restart = self._restarts[number].pop(at, None)
        if restart is not None:
            counts[at] = restart
        else:
            counts[at] = counts[at] + 1 if at in counts else self._start(number, at)
        for deeper in [other for other in counts if other > at]:
            del counts[deeper]

    def _start(self, number: str, at: int) -> int:
        level = self._levels[number].get(at)
        start = None if level is None else level.find(WORD + "start")
        return 1 if start is None else integer(value_of(start))

    def _said(self, number: str, at: int, legal: bool) -> str:
        count = self._counts[self._sequence[number]].get(at)
        level = self._levels[number].get(at)
        shown = self._start(number, at) if count is None else count
        return counted(shown, "decimal" if legal or level is None else _format(level))


def _format(level: Any) -> str:
    return value_of(next(level.iter(WORD + "numFmt"), None)) or "decimal"


def counted(number: int, form: str) -> str:
    """Return a number as a list of the form "decimal", "lowerLetter", "upperRoman" … shows it."""
    if form.endswith("Roman") and 0 < number < 4000:
        said = ""
        for value, letters in _ROMAN:
            said += letters * (number // value)
            number %= value
    elif form.endswith("Letter") and number > 0:
        # After z come aa and bb.
        said = chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 9)
    else:
        return f"{number:02d}" if form == "decimalZero" else str(number)
    return said.upper() if form.startswith("upper") else said
