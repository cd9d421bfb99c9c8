"""Why a question got no answer, in the words of whoever asked. Knows no telegram."""

from bot.errors import DeadlineExceeded, Overloaded
from bot.texts import Sentences
from retrieval.errors import GenerationMissing, IndexUnreachable, QueryEmpty, QueryTooLong


def explain(error: Exception, say: Sentences) -> tuple[str, str]:
    """Return (outcome for the log, what to tell the person) for an error."""
    match error:
        case QueryEmpty():
            return "refused", say.query_empty
        case QueryTooLong():
            return "refused", say.query_too_long.format(length=error.length, limit=error.limit)
        case Overloaded():
            return "overloaded", say.overloaded
        case DeadlineExceeded():
            return "deadline", say.deadline
        case GenerationMissing():
            return "failed", say.no_index
        case IndexUnreachable():
            return "failed", say.out_of_reach
        case _:
            return "failed", say.failed
