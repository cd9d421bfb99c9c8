"""The development split: which pages are held out of training, for good.

Owns the fixed hash and the dev pairs. The unit is a page (source + title), so paragraphs of
one page never fall on both sides. Refuses to know models.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from retrieval.training.surface import canonical

Kind = Literal["heading", "question", "en-vi", "vi-en", "bitext"]

# Parts per ten thousand. The support articles hold three quarters of all question → answer
# pairs; at the common rate too few of them would be left to measure anything.
DEV_RATE = 300
DEV_RATES = {"ms-alchemy-insights": 1000}


@dataclass(frozen=True, slots=True)
class DevPair:
    """One pair: a query and the passage that should be found for it.

    Attributes:
        query: canonical text, accents kept.
        passage_text: canonical text of the passage.
        title: title of the passage's page ("" where the source has none).
        heading: heading above the passage ("" where there is none).
        source: the row's source name, as in the data's README.
        kind: "heading" (title and heading → paragraph, Vietnamese), "question" (question →
            answer, Vietnamese), "en-vi" / "vi-en" (title and heading in the first language →
            section in the second), "bitext" (Vietnamese sentence → English sentence).
    """

    query: str
    passage_text: str
    title: str
    heading: str
    source: str
    kind: Kind


def is_dev(source: str, title: str) -> bool:
    """Return whether a page is held out; depends on nothing but the two strings.

    Args:
        source: source name of the row.
        title: page title; the heading where a page has no title; the Vietnamese side of a
            sentence pair. Case, spaces and Unicode form do not matter.
    """
    name = " ".join(unicodedata.normalize("NFC", title).casefold().split())
    digest = hashlib.blake2b(f"{source}\x1f{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % 10_000 < DEV_RATES.get(source, DEV_RATE)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of an xz-compressed JSON-lines file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_bitext(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (first language, second language, source) of an xz-compressed TSV file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3:
                yield fields[0], fields[1], fields[2]


def title_and_heading(title: str, heading: str) -> str:
    """Join a page's title and a heading into one query, without saying a thing twice."""
    if not heading or heading.casefold() == title.casefold():
        return title
    return f"{title} {heading}".strip()


def load_paragraphs(data_dir: Path, *, held_out: bool) -> Iterator[DevPair]:
    """Yield every Vietnamese paragraph under its title and heading, in file order.

    Args:
        data_dir: the folder of training files.
        held_out: the pages of the development split, or all others.
    """
    for row in read_rows(data_dir / "heading_paragraph.vi.jsonl.xz"):
        title, heading = canonical(row["title"]), canonical(row["heading"])
        if is_dev(row["source"], title or heading) == held_out:
            query = title_and_heading(title, heading)
            text = canonical(row["text"])
            yield DevPair(query, text, title, heading, row["source"], "heading")


def load_dev(data_dir: Path) -> list[DevPair]:
    """Return every held-out pair, in file order.

    Args:
        data_dir: the folder of training files (`../shared/data/train`).
    """
    pairs = list(load_paragraphs(data_dir, held_out=True))
    for row in read_rows(data_dir / "qa_pairs.vi.jsonl.xz"):
        title, question = canonical(row["title"]), canonical(row["q"])
        if is_dev(row["source"], title or question):
            text = canonical(row["a"])
            pairs.append(DevPair(question, text, title, "", row["source"], "question"))
    for row in read_rows(data_dir / "sections.vi-en.jsonl.xz"):
        title_vi, heading_vi = canonical(row["title_vi"]), canonical(row["h_vi"])
        if not row["text_en"] or not is_dev(row["source"], title_vi or heading_vi):
            continue
        title_en, heading_en = canonical(row["title_en"]), canonical(row["h_en"])
        query_en = title_and_heading(title_en, heading_en)
        query_vi = title_and_heading(title_vi, heading_vi)
        vi, en, source = canonical(row["text_vi"]), canonical(row["text_en"]), row["source"]
        pairs.append(DevPair(query_en, vi, title_vi, heading_vi, source, "en-vi"))
        pairs.append(DevPair(query_vi, en, title_en, heading_en, source, "vi-en"))
    for vi, en, source in read_bitext(data_dir / "parallel.vi-en.tsv.xz"):
        vi = canonical(vi)
        if is_dev(source, vi):
            pairs.append(DevPair(vi, canonical(en), "", "", source, "bitext"))
    return [p for p in pairs if p.query and p.passage_text]
