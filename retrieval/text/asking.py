"""Words that ask rather than describe: no passage answers by containing them."""

# Folded.
QUESTION_WORDS = frozenset(
    """
    gi nao ai dau sao la bao nhieu khi the vay nhi khong co may cho biet toi hoi hay ve duoc bi
    what who whom whose which where when why how is are was were do does did the a an of me tell
    about please in on at to for and
    """.split()
)
# With marks, these are other words than their folded look-alikes above.
_MARKED_QUESTION_WORDS = frozenset(
    """
    gi2 nao2 ai đâu sao la2 bao nhiêu khi thê1 vây5 nhi3 không co1 mây1 cho biêt1 tôi hoi3 hay5
    hay4 vê2 đươc5 bi5
    """.split()
)
_ASKS = frozenset(
    """
    gi nao ai dau sao nhieu may gi2 nao2 đâu nhiêu mây1
    what who whom whose which where when why how
    """.split()
)


def is_question_word(key: str, accented: bool) -> bool:
    """Return whether the key of a word only serves to ask; `accented` says which kind of key."""
    if accented and not key.isascii():
        return key in _MARKED_QUESTION_WORDS
    return key in QUESTION_WORDS or (accented and key in _MARKED_QUESTION_WORDS)


def stands_for_the_answer(key: str) -> bool:
    """Return whether the key of a word, with marks or without, stands where an answer would."""
    return key in _ASKS
