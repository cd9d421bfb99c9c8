"""The buttons under answers. Knows no telegram.

What comes back: `n:<page>` shows another passage, `c:<link>` a passage among its neighbours,
`b:` what was there before, `y:` and `x:` say whether an answer helped.
"""

from bot.buttons import MAX_COPIED_UNITS, Button, Rows, shortened, units
from bot.links import PassageLink
from bot.places import place_parts
from bot.render import is_link
from bot.texts import Sentences
from retrieval.types import Citation

PAGE, CONTEXT, BACK, YES, NO = "n:", "c:", "b:", "y:", "x:"


def link_of(citation: Citation) -> PassageLink:
    """Return the link to what a citation quotes."""
    return PassageLink.to(citation.document.id, citation.passage, citation.quote)


def deep_link(username: str, payload: object) -> str:
    """Return the address that opens the bot in private with `payload`."""
    return f"https://t.me/{username}?start={payload}"


def private_buttons(
    citation: Citation, page: int, count: int, say: Sentences, reader: str = ""
) -> Rows:
    """Return what is under an answer in private.

    Args:
        citation: The passage that is shown, or the first of those.
        page: Its place among all that were found, from 0.
        count: How many were found and can be shown; 0 or 1 for no paging.
        say: The wording.
        reader: Address of the passage in the reader, here and below; "" for none.
    """
    about = [Button(say.button_context, data=f"{CONTEXT}{link_of(citation)}")]
    about += _source(citation, say)
    about.append(Button(say.button_copy, copies=copied(citation, say)))
    rows = (_paging(page, count, say), _reading(reader, say), about, _judging())
    return [row for row in rows if row]


def group_buttons(
    citation: Citation, page: int, count: int, say: Sentences, username: str, reader: str = ""
) -> Rows:
    """Return what is under an answer in a group: few, and the long form in private."""
    privately = Button(say.button_privately, url=deep_link(username, link_of(citation)))
    opening = _opening(citation, say, reader)
    return [[*_paging(page, count, say), privately], [*opening, *_judging()]]


def channel_buttons(citation: Citation, say: Sentences, username: str, reader: str = "") -> Rows:
    """Return what is under an answer that everybody sees: links alone."""
    privately = Button(say.button_privately, url=deep_link(username, link_of(citation)))
    return [[privately, *_opening(citation, say, reader)]]


def context_buttons(citation: Citation, say: Sentences, *, back: bool, reader: str = "") -> Rows:
    """Return what is under a passage among its neighbours."""
    row = [Button(say.button_back, data=BACK)] if back else []
    row += _source(citation, say)
    row.append(Button(say.button_copy, copies=copied(citation, say)))
    return [one for one in (_reading(reader, say), row) if one]


def copied(citation: Citation, say: Sentences) -> str:
    """Return a citation as people paste it: the quote, as much as fits, and its place."""
    told = [citation.clause, citation.document.title, *place_parts(citation, say)]
    place = shortened(", ".join(filter(None, told)), MAX_COPIED_UNITS // 2)
    with_source = f"{place}, {citation.document.source}"
    # Half an address is none.
    if is_link(citation.document.source) and units(with_source) <= MAX_COPIED_UNITS // 2:
        place = with_source
    marked = citation.sentence.text if citation.sentence is not None else citation.quote
    quote = shortened(" ".join(marked.split()), MAX_COPIED_UNITS - units(place) - len("“” — "))
    return f"“{quote}” — {place}"


def _paging(page: int, count: int, say: Sentences) -> list[Button]:
    row = []
    if page > 0:
        row.append(Button(say.button_previous, data=f"{PAGE}{page - 1}"))
    if page + 1 < count:
        row.append(Button(say.button_next, data=f"{PAGE}{page + 1}"))
    return row


def _opening(citation: Citation, say: Sentences, reader: str) -> list[Button]:
    """Return the one button there is room for: the reader's page has the source, too."""
    return _reading(reader, say) or _source(citation, say)


def _reading(reader: str, say: Sentences) -> list[Button]:
    return [Button(say.button_reader, url=reader)] if reader else []


def _source(citation: Citation, say: Sentences) -> list[Button]:
    source = citation.document.source
    return [Button(say.button_source, url=source)] if is_link(source) else []


def _judging() -> list[Button]:
    return [Button("👍", data=YES), Button("👎", data=NO)]
