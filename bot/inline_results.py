"""Citations as inline results: what is chosen from a list, or said by a guest.

Anybody may come to see one, in chats that the bot knows nothing of: the buttons are links alone.
"""

from collections.abc import Sequence

from telegram import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.buttons import Rows, shortened
from bot.keyboards import channel_buttons, link_of
from bot.links import PassageLink
from bot.reader_links import NO_READER, ReaderLinks
from bot.render import citation_message
from bot.sending import markup
from bot.texts import Sentences
from bot.texts.inline import InlineTexts
from retrieval.types import Answer, Citation

_TITLE_UNITS = 100
_DESCRIPTION_UNITS = 200
_NEAREST = "n"
"""Before the link, where a passage is offered though it may not answer."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def results(
    answer: Answer,
    say: Sentences,
    texts: InlineTexts,
    username: str,
    reader: ReaderLinks = NO_READER,
) -> Sequence[InlineQueryResultArticle]:
    """Return what there is to choose from: a result for each passage, best first."""
    return [
        _result(one, say, texts, username, reader, nearest=not answer.answered)
        for one in answer.citations
    ]


def article(
    identity: str, title: str, description: str, message: str, buttons: Rows = ()
) -> InlineQueryResultArticle:
    """Return the result that says `message`, which is HTML, when it is chosen."""
    return InlineQueryResultArticle(
        identity,
        _one_line(title, _TITLE_UNITS),
        InputTextMessageContent(message, ParseMode.HTML, link_preview_options=_NO_PREVIEW),
        reply_markup=markup(buttons),
        description=_one_line(description, _DESCRIPTION_UNITS) or None,
    )


def is_answer(identity: str) -> bool | None:
    """Return whether a chosen result was offered as an answer; None where it is none of ours."""
    if PassageLink.read(identity.removeprefix(_NEAREST)) is None:
        return None
    return not identity.startswith(_NEAREST)


def headline(citation: Citation) -> str:
    """Return what a citation is called in a list: its clause, if it has one, and its document."""
    return " · ".join(filter(None, (citation.clause, citation.document.title)))


def _result(
    citation: Citation,
    say: Sentences,
    texts: InlineTexts,
    username: str,
    reader: ReaderLinks,
    *,
    nearest: bool,
) -> InlineQueryResultArticle:
    told = citation.quote if citation.sentence is None else citation.sentence.text
    return article(
        f"{_NEAREST if nearest else ''}{link_of(citation)}",
        headline(citation),
        texts.perhaps.format(text=told) if nearest else told,
        citation_message(citation, say, nearest=nearest),
        channel_buttons(citation, say, username, reader.to(citation, to_anybody=True)),
    )


def _one_line(text: str, limit: int) -> str:
    return shortened(" ".join(text.split()), limit)
