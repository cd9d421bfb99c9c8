"""The `---` header of a text or Markdown file: title, source, publisher, date and more."""

import re
from pathlib import Path

from retrieval.documents.metadata import parsed_metadata

_HEADER = re.compile(r"\A\s*---[ \t]*\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY_LINE = re.compile(r"^[\w -]+:", re.MULTILINE)


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
    metadata = parsed_metadata(match["yaml"], path)
    return (metadata, text[match.end() :]) if metadata is not None else ({}, text)
