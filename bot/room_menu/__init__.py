"""The settings menu of a chat: what it shows, and what a press of its buttons changes.

Plain values and no telegram; `handlers.room_menu` shows it and checks who may press. Nothing is
remembered of a menu: all that a button means is in its data and in the settings as they are now.
"""

from bot.room_menu.changes import INHERIT, Change, changes
from bot.room_menu.labels import NO_LABELS, KnownLabels, OfferedLabel, known_labels
from bot.room_menu.pages import MenuPage, menu_page
from bot.room_menu.presses import PREFIX, Press
from bot.room_menu.view import RoomKind, RoomView

__all__ = [
    "INHERIT",
    "NO_LABELS",
    "PREFIX",
    "Change",
    "KnownLabels",
    "MenuPage",
    "OfferedLabel",
    "Press",
    "RoomKind",
    "RoomView",
    "changes",
    "known_labels",
    "menu_page",
]
