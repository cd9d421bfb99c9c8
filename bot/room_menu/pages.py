"""The pages of the menu: HTML, and the buttons under it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from bot.buttons import Button, Rows, shortened
from bot.room_menu import presses
from bot.room_menu.labels import OfferedLabel
from bot.room_menu.presses import Press
from bot.room_menu.view import CHOICES, Choice, Entry, RoomKind, RoomView
from bot.room_menu.words import about, choice, hours, name_of, value_of
from bot.rooms import DEFAULTS
from bot.texts.room_menu import RoomMenuTexts

_WIDTHS: dict[Entry, int] = {"passages": 3, "quota": 2, "comments": 2}
_PRESETS = ((22, 6), (12, 13))
_HOURS_IN_ROW = 6
_LABELS_AT_ONCE = 8
_LABEL_UNITS = 48


@dataclass(frozen=True, slots=True)
class MenuPage:
    """What the message of the menu says, as HTML, and its buttons."""

    text: str
    buttons: Rows


def menu_page(view: RoomView, press: Press, say: RoomMenuTexts) -> MenuPage:
    """Return the page to show after a press; the main one where it names none."""
    match press.page:
        case presses.FROM:
            return _hours_page(say.quiet_choose_from, lambda hour: Press(presses.UNTIL, hour), say)
        case presses.UNTIL:
            return _until_page(press.value, say)
        case presses.LOCKED if view.operator:
            return _locked_page(view, press.at, say)
        case presses.RESET if press.value != presses.YES:
            return _reset_page(view, say)
    entry = next((one for one in view.entries if one == press.page), None)
    match entry:
        case None:
            return _main_page(view, say)
        case "quiet":
            return _quiet_page(view, say)
        case "shows":
            return _documents_page(view, press.at, say)
    return _choice_page(view, entry, say)


def _main_page(view: RoomView, say: RoomMenuTexts) -> MenuPage:
    title, note = {
        RoomKind.PRIVATE: (say.title_private, say.note_private),
        RoomKind.GROUP: (say.title_group, say.note_group),
        RoomKind.TOPIC: (say.title_topic, say.note_topic),
    }[view.kind]
    lines = [f"<b>{escape(title)}</b>", ""]
    for entry in view.entries:
        line = say.line_inherited if view.inherits(entry) else say.line
        told = line.format(name=name_of(entry, say), value=value_of(entry, view, say))
        lines.append(f"• {escape(told)}")
    lines += ["", *map(escape, [*_warnings(view, say), note])]
    if view.forum and view.kind is RoomKind.GROUP:
        lines.append(escape(say.note_forum))
    buttons = [_to(name_of(entry, say), Press(entry)) for entry in view.entries]
    last = [
        _to(say.button_reset, Press(presses.RESET)),
        _to(say.button_close, Press(presses.CLOSE)),
    ]
    return MenuPage("\n".join(lines), [*_rows(buttons, 2), last])


def _warnings(view: RoomView, say: RoomMenuTexts) -> Sequence[str]:
    warnings = []
    opened = sum(label.label in view.settings.opened for label in view.locked)
    if opened:
        warnings.append(say.locked_open.format(count=opened))
    if not view.documents and view.settings.shows:
        warnings.append(say.shows_none_left)
    return warnings


def _choice_page(view: RoomView, entry: Choice, say: RoomMenuTexts) -> MenuPage:
    text = [about(entry, view, say)]
    if entry == "speaks" and not view.hears_all:
        text.append(say.speaks_unheard)
    now = getattr(view.settings, entry)
    own = not view.inherits(entry)
    buttons = [
        _option(choice(entry, value, view, say), Press(entry, code), chosen=own and value == now)
        for code, value in CHOICES[entry].items()
    ]
    return _page(view, entry, text, _rows(buttons, _WIDTHS.get(entry, 1)), say)


def _quiet_page(view: RoomView, say: RoomMenuTexts) -> MenuPage:
    settings, own = view.settings, not view.inherits("quiet")
    now = (settings.quiet_from, settings.quiet_until)
    off = None in now
    rows = [[_option(say.quiet_off, Press("quiet", presses.OFF), chosen=own and off)]]
    offered = list(_PRESETS)
    if settings.quiet_from is not None and settings.quiet_until is not None:
        offered = [*dict.fromkeys([*_PRESETS, (settings.quiet_from, settings.quiet_until)])]
    for begin, end in offered:
        press = Press("quiet", f"{begin}-{end}")
        rows.append([_option(hours(begin, end, say), press, chosen=own and now == (begin, end))])
    rows.append([_to(say.quiet_other, Press(presses.FROM))])
    return _page(view, "quiet", [about("quiet", view, say)], rows, say)


def _until_page(begin: str, say: RoomMenuTexts) -> MenuPage:
    if not begin.isdecimal():
        return _hours_page(say.quiet_choose_from, lambda hour: Press(presses.UNTIL, hour), say)
    text = say.quiet_choose_until.format(begin=int(begin))
    return _hours_page(text, lambda hour: Press("quiet", f"{begin}-{hour}"), say, without=begin)


def _hours_page(
    text: str, leads: Callable[[str], Press], say: RoomMenuTexts, *, without: str = ""
) -> MenuPage:
    buttons = [_to(f"{hour:02d}", leads(str(hour))) for hour in range(24) if str(hour) != without]
    rows = [*_rows(buttons, _HOURS_IN_ROW), [_to(say.button_back, Press("quiet"))]]
    return MenuPage(f"<b>{escape(text)}</b>", rows)


def _documents_page(view: RoomView, at: int, say: RoomMenuTexts) -> MenuPage:
    text = [about("shows", view, say), value_of("shows", view, say)]
    text += [] if view.labels else [say.no_labels]
    if not view.documents and view.settings.shows:
        text.append(say.shows_none_left)
    labels, at, paging = _part(view.labels, at, "shows")
    rows: list[Sequence[Button]] = []
    for label in labels:
        chosen = label.label in view.settings.shows
        act = presses.LEAVE if chosen else presses.CHOOSE
        press = Press("shows", f"{act}{label.key}", at)
        rows.append([_option(_counted(label), press, chosen=chosen)])
    rows += paging
    # A topic that shows all because its group does has not chosen so.
    everything = view.settings.shows == DEFAULTS.shows and not view.inherits("shows")
    rows.append([_option(say.button_all, Press("shows", presses.ALL, at), chosen=everything)])
    if view.locked:
        rows.append([_to(say.button_locked, Press(presses.LOCKED))])
    return _page(view, "shows", text, rows, say)


def _locked_page(view: RoomView, at: int, say: RoomMenuTexts) -> MenuPage:
    labels, at, paging = _part(view.locked, at, presses.LOCKED)
    rows = [[_lock(view, label, at)] for label in labels]
    lines = [f"<b>{escape(say.button_locked)}</b>", escape(say.about_locked)]
    lines.append(escape(say.about_locked_group))
    back = [_to(say.button_back, Press("shows"))]
    return MenuPage("\n\n".join(lines), [*rows, *paging, back])


def _lock(view: RoomView, label: OfferedLabel, at: int) -> Button:
    """Return the button of a restricted label: shut, then open, then chosen, then shut again."""
    if label.label not in view.settings.opened:
        sign, act = "🔒", presses.OPEN
    elif label.label not in view.settings.shows:
        sign, act = "🔓", presses.CHOOSE
    else:
        sign, act = "✅", presses.SHUT
    return _to(f"{sign} {_counted(label)}", Press(presses.LOCKED, f"{act}{label.key}", at))


def _reset_page(view: RoomView, say: RoomMenuTexts) -> MenuPage:
    is_topic = view.kind is RoomKind.TOPIC
    lines = [f"<b>{escape(say.ask_reset_topic if is_topic else say.ask_reset)}</b>"]
    if "opened" in view.own and not view.operator:
        lines.append(escape(say.reset_keeps_opened))
    yes = _to(say.button_reset_yes, Press(presses.RESET, presses.YES))
    return MenuPage("\n\n".join(lines), [[yes], [_to(say.button_reset_no, Press(presses.MAIN))]])


def _page(
    view: RoomView, entry: Entry, text: Sequence[str], rows: Rows, say: RoomMenuTexts
) -> MenuPage:
    """Return the page of an entry; that of a topic can be left to the group."""
    lines = [f"<b>{escape(name_of(entry, say))}</b>", *map(escape, text)]
    last = []
    if view.kind is RoomKind.TOPIC:
        press = Press(entry, presses.GROUP)
        last.append([_option(say.button_inherit, press, chosen=view.inherits(entry))])
    back = [_to(say.button_back, Press(presses.MAIN))]
    return MenuPage("\n\n".join(lines), [*rows, *last, back])


def _part(
    labels: Sequence[OfferedLabel], at: int, page: str
) -> tuple[Sequence[OfferedLabel], int, Rows]:
    """Return the labels of part `at`, or of the last; which that is; and a row to turn with."""
    count = max(1, -(-len(labels) // _LABELS_AT_ONCE))
    at = min(at, count - 1)
    row = []
    if at > 0:
        row.append(_to(f"◂ {at}/{count}", Press(page, at=at - 1)))
    if at + 1 < count:
        row.append(_to(f"{at + 2}/{count} ▸", Press(page, at=at + 1)))
    first = at * _LABELS_AT_ONCE
    return labels[first : first + _LABELS_AT_ONCE], at, [row] if row else []


def _counted(label: OfferedLabel) -> str:
    return f"{shortened(label.written, _LABEL_UNITS)} ({label.documents})"


def _option(label: str, press: Press, *, chosen: bool) -> Button:
    return _to(f"✅ {label}" if chosen else label, press)


def _to(label: str, press: Press) -> Button:
    return Button(label, data=str(press))


def _rows(buttons: Sequence[Button], width: int) -> Rows:
    return [buttons[first : first + width] for first in range(0, len(buttons), width)]
