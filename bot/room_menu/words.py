"""The values of settings in plain words."""

from typing import Any

from bot.buttons import shortened
from bot.room_menu.view import Entry, RoomKind, RoomView
from bot.texts.room_menu import RoomMenuTexts

_LABELS_NAMED = 3
_LABEL_UNITS = 30


def name_of(entry: Entry, say: RoomMenuTexts) -> str:
    """Return what an entry of the menu is called."""
    return str(getattr(say, f"name_{entry}"))


def about(entry: Entry, view: RoomView, say: RoomMenuTexts) -> str:
    """Return what an entry is for."""
    if entry == "language" and view.kind is RoomKind.PRIVATE:
        return say.about_language_private
    return str(getattr(say, f"about_{entry}")).format(clock=view.clock)


def value_of(entry: Entry, view: RoomView, say: RoomMenuTexts) -> str:
    """Return what an entry is set to."""
    if entry == "shows":
        return _shown(view, say)
    if entry == "quiet":
        return hours(view.settings.quiet_from, view.settings.quiet_until, say)
    return choice(entry, getattr(view.settings, entry), view, say)


def choice(entry: Entry, value: Any, view: RoomView, say: RoomMenuTexts) -> str:
    """Return one of the values that an entry can be set to."""
    match entry, value:
        case "language", None:
            return say.language_own if view.kind is RoomKind.PRIVATE else say.language_asker
        case "passages", None:
            return say.passages_auto
        case "passages", _:
            return say.passages_number.format(count=value)
        case "quota", 0:
            return say.quota_none
        case "quota", _:
            return say.quota_number.format(count=value)
        case "comments", _:
            return say.comments_yes if value else say.comments_no
    return str(getattr(say, f"{entry}_{value}"))


def hours(begin: int | None, end: int | None, say: RoomMenuTexts) -> str:
    """Return quiet hours."""
    if begin is None or end is None or begin == end:
        return say.quiet_off
    return say.quiet_hours.format(begin=begin, end=end)


def _shown(view: RoomView, say: RoomMenuTexts) -> str:
    chosen = [label for label in view.labels if label.label in view.settings.shows]
    if not view.settings.shows:
        return say.shows_all.format(documents=view.documents)
    parts = [shortened(label.written, _LABEL_UNITS) for label in chosen[:_LABELS_NAMED]]
    if len(chosen) > _LABELS_NAMED:
        parts.append(say.shows_more.format(count=len(chosen) - _LABELS_NAMED))
    # Not named: whoever looks may not know them.
    if others := len(view.settings.shows) - len(chosen):
        parts.append(say.shows_by_operator.format(count=others))
    return say.shows_some.format(labels=", ".join(parts), documents=view.documents)
