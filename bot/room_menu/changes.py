"""What a press of a button changes."""

import re
from collections.abc import Sequence
from typing import Final

from bot.room_menu import presses
from bot.room_menu.presses import Press
from bot.room_menu.view import CHOICES, SETTINGS, Entry, RoomKind, RoomView
from bot.rooms import SettingName

INHERIT: Final = object()
"""For a value: taken from the group, or from the defaults, again."""
Change = tuple[SettingName, object]
_HOURS = re.compile(r"^(\d{1,2})-(\d{1,2})$")
_HOURS_A_DAY = 24


def changes(view: RoomView, press: Press) -> Sequence[Change] | None:
    """Return what a press changes, all of it at once, or None where it means nothing there."""
    if press.page == presses.LOCKED:
        return _unlocked(view, press.value)
    if press.page == presses.RESET:
        return _all_dropped(view) if press.value == presses.YES else []
    if press.page in (presses.MAIN, presses.CLOSE):
        return []
    if press.page in (presses.FROM, presses.UNTIL):
        return [] if "quiet" in view.entries else None
    entry = next((one for one in view.entries if one == press.page), None)
    return None if entry is None else _set(view, entry, press.value)


def _set(view: RoomView, entry: Entry, value: str) -> Sequence[Change] | None:
    if not value:
        return []
    if value == presses.GROUP:
        return _dropped(entry) if view.kind is RoomKind.TOPIC else None
    if entry == "quiet":
        return _quiet(value)
    if entry == "shows":
        return _chosen(view, value)
    choices = CHOICES[entry]
    return [(entry, choices[value])] if value in choices else None


def _dropped(entry: Entry) -> list[Change]:
    return [(name, INHERIT) for name in SETTINGS[entry]]


def _all_dropped(view: RoomView) -> list[Change]:
    found: list[Change] = []
    for entry, names in SETTINGS.items():
        if not view.own.isdisjoint(names):
            found += _dropped(entry)
    # What an operator has opened or closed, only an operator changes.
    if view.operator and "opened" in view.own:
        found.append(("opened", INHERIT))
    return found


def _quiet(value: str) -> list[Change] | None:
    if value == presses.OFF:
        return [("quiet_from", None), ("quiet_until", None)]
    match = _HOURS.match(value)
    if match is None:
        return None
    begin, end = int(match[1]), int(match[2])
    if max(begin, end) >= _HOURS_A_DAY or begin == end:
        return None
    return [("quiet_from", begin), ("quiet_until", end)]


def _chosen(view: RoomView, value: str) -> list[Change] | None:
    if value == presses.ALL:
        return [("shows", frozenset())]
    act, key = value[0], value[1:]
    label = next((one.label for one in view.labels if one.key == key), None)
    if label is None:
        return None
    if act == presses.CHOOSE:
        return [("shows", view.settings.shows | {label})]
    return [("shows", view.settings.shows - {label})] if act == presses.LEAVE else None


def _unlocked(view: RoomView, value: str) -> list[Change] | None:
    """Return what happens to a restricted label; nobody but an operator has any in view."""
    if not view.operator:
        return None
    if not value:
        return []
    act, key = value[0], value[1:]
    label = next((one.label for one in view.locked if one.key == key), None)
    if label is None:
        return None
    settings = view.settings
    match act:
        case presses.OPEN:
            return [("opened", settings.opened | {label})]
        case presses.CHOOSE:
            return [("opened", settings.opened | {label}), ("shows", settings.shows | {label})]
        case presses.SHUT:
            shut: list[Change] = [("opened", settings.opened - {label})]
            # A topic goes on following its group in what it shows, where it need not differ.
            kept = label not in settings.shows
            return shut if kept else [*shut, ("shows", settings.shows - {label})]
    return None
