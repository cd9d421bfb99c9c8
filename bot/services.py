"""What handlers need, in one typed bundle; `app` builds it."""

from dataclasses import dataclass

from bot.access import Access
from bot.conversations import Conversations
from bot.quotas import Quotas
from bot.reader_links import NO_READER, ReaderLinks
from bot.reindexing import Reindexer
from bot.sending import Sender
from bot.service import AnswerService
from bot.settings import Settings
from bot.store import Store
from bot.working import Working


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running bot. `store` is None when the database cannot be used.

    `reader` makes the addresses of passages, if documents can be read in a browser.
    """

    settings: Settings
    answers: AnswerService
    reindexer: Reindexer
    store: Store | None
    conversations: Conversations
    access: Access
    quotas: Quotas
    sender: Sender
    working: Working
    reader: ReaderLinks = NO_READER
