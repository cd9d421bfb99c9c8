"""The `---` header of a text or Markdown file: title, source, publisher, date."""

import re
from pathlib import Path

import yaml

from retrieval.errors import CorpusError, Fault

_HEADER = re.compile(r"\A\s*---[ \t]*\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY_LINE = re.compile(r"^[\w -]+:", re.MULTILINE)
_NOTHING = frozenset({"", "~", "null"})


def split_front_matter(text: str, path: Path) -> tuple[dict[str, str], str]:
    r"""Return (metadata by lower-case key, the text below the header).

    Args:
        text: A whole file, line ends already `\n`.
        path: Named in the error.

    Raises:
        CorpusError: The file begins with a header that is not valid YAML.
    """
    match = _HEADER.match(text)
    # A rule of dashes over ordinary prose is not a header.
    if match is None or not _KEY_LINE.search(match["yaml"]):
        return {}, text
    try:
        # Only strings, as written: "06" is no number, "2018-31-12" no impossible date.
        loaded = yaml.load(match["yaml"], yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        raise CorpusError(path, Fault.BAD_HEADER) from error
    if not isinstance(loaded, dict):
        return {}, text
    metadata = {
        str(key).strip().lower(): value.strip()
        for key, value in loaded.items()
        if isinstance(value, str) and value not in _NOTHING
    }
    return metadata, text[match.end() :]
