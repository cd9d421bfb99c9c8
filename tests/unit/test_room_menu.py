"""The settings menu as plain values: every button means something, and nothing says too much."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.botapi.entities import fix, parse
from bot.buttons import MAX_DATA_BYTES, Button
from bot.room_menu import (
    INHERIT,
    Change,
    KnownLabels,
    Press,
    RoomKind,
    RoomView,
    changes,
    menu_page,
)
from bot.rooms import DEFAULTS, RoomSettings, Speaks, Strictness
from bot.texts.room_menu import EN, VI, RoomMenuTexts
from retrieval.types import DocumentRef

LONG = "một nhãn rất dài " * 12
HOSTILE = "<b>&amp; </i> :+"


def document(name: str, *tags: str) -> DocumentRef:
    """Return a document of this path with these tags."""
    return DocumentRef(name, name, name, tags=tags)


KNOWN = KnownLabels.of(
    [
        document("thu-vien.md"),
        document("luat/2024/a.txt", "Lễ hội"),
        document("luat/b.txt", "le hoi", LONG),
        document("mat/2025/c.txt", "Lương"),
        document("d.txt", "nội bộ", HOSTILE),
        *(document(f"tap/{number:02d}/x.txt") for number in range(20)),
    ]
)
RESTRICTED = frozenset({"#noi bo", "mat/"})


def view_of(
    settings: RoomSettings = DEFAULTS,
    kind: RoomKind = RoomKind.GROUP,
    own: frozenset[str] = frozenset(),
    *,
    operator: bool = False,
    has_channel: bool = True,
) -> RoomView:
    """Return a room as an administrator, or an operator, sees it."""
    hidden = RESTRICTED - settings.opened
    return RoomView(
        kind,
        settings,
        own,
        labels=KNOWN.ordinary(settings.shows, hidden, RESTRICTED),
        locked=KNOWN.named(sorted(RESTRICTED)) if operator else (),
        documents=KNOWN.count(settings.shows, hidden),
        operator=operator,
        forum=True,
        has_channel=has_channel,
        hears_all=False,
        clock="14:05",
    )


ALL_SET = RoomSettings(
    speaks=Speaks.ON_QUESTIONS,
    language="en",
    shows=frozenset({"#le hoi", "luat/", "mat/", "gone/"}),
    opened=frozenset({"mat/"}),
    passages=4,
    quiet_from=3,
    quiet_until=9,
    strictness=Strictness.STRICT,
    quota=7,
    comments=True,
)
OWN = frozenset({"shows", "opened", "quota", "quiet_from", "quiet_until"})
VIEWS = [
    view_of(settings, kind, own, operator=operator)
    for settings in (DEFAULTS, ALL_SET)
    for kind in RoomKind
    for own in (frozenset[str](), OWN)
    for operator in (False, True)
]


def buttons_of(view: RoomView, press: Press, say: RoomMenuTexts = VI) -> list[Button]:
    """Return the buttons of a page."""
    return [button for row in menu_page(view, press, say).buttons for button in row]


def everywhere(view: RoomView, say: RoomMenuTexts = VI) -> Iterator[tuple[Press, Button]]:
    """Yield every button that can be come to by pressing, with the press that shows it."""
    waiting, known = [Press("main")], {Press("main")}
    while waiting:
        shown = waiting.pop()
        for button in buttons_of(view, shown, say):
            yield shown, button
            press = Press.read(button.data)
            assert press is not None
            if press not in known:
                known.add(press)
                waiting.append(press)


def applied(settings: RoomSettings, wanted: Sequence[Change]) -> RoomSettings:
    """Return settings of a group after changes."""
    values: dict[str, Any] = {
        name: getattr(DEFAULTS, name) if value is INHERIT else value for name, value in wanted
    }
    return replace(settings, **values)


@pytest.mark.parametrize("view", VIEWS)
def test_every_button_means_something(view: RoomView) -> None:
    """Each button, on whatever page, fits into its data and does or shows something."""
    for _, button in everywhere(view):
        assert len(button.data.encode()) <= MAX_DATA_BYTES
        press = Press.read(button.data)
        assert press is not None
        assert str(press) == button.data
        assert press.page == "close" or changes(view, press) is not None


@pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_page_can_be_sent(view: RoomView, say: RoomMenuTexts) -> None:
    """Telegram takes the text of every page, whatever is in the labels, and no field is left."""
    for press in {shown for shown, _ in everywhere(view, say)}:
        page = menu_page(view, press, say)
        text = fix(parse(page.text, "HTML", None)).text
        assert "{" not in text
        assert all(button.label for row in page.buttons for button in row)


@pytest.mark.parametrize("kind", RoomKind)
def test_each_room_has_what_makes_sense_there(kind: RoomKind) -> None:
    """In private there is no quota or speaking up, and a topic has no posts of a channel."""
    entries = view_of(kind=kind).entries
    assert ("quota" in entries) == (kind is not RoomKind.PRIVATE)
    assert ("comments" in entries) == (kind is RoomKind.GROUP)
    assert "comments" not in view_of(kind=kind, has_channel=False).entries
    for absent in {"speaks", "quiet", "quota", "comments"} - set(entries):
        assert changes(view_of(kind=kind), Press(absent, "yes")) is None


@pytest.mark.parametrize(
    "data",
    [
        "rm:",
        "rm:quota:6",
        "rm:quota:-1",
        "rm:passages:6",
        "rm:language:fr",
        "rm:quiet:24-3",
        "rm:quiet:5-5",
        "rm:quiet:1-2-3",
        "rm:shows:+AAAAAAAA",
        "rm:shows:x",
        "rm:locked:oAAAAAAAA",
        "rm:nosuch",
        "rm:nosuch:1:2:3",
        "rm:quota:group",
        "n:1",
        "rm:quota:5\n",
        "rm:shows::99999",
        "rm:opened:5",
    ],
)
def test_what_is_no_button_changes_nothing(data: str) -> None:
    """Data that no button of the menu has is no press, or means nothing."""
    press = Press.read(data)
    for operator in (False, True):
        assert press is None or changes(view_of(ALL_SET, operator=operator), press) is None


def test_a_press_says_what_is_to_be() -> None:
    """Pressing twice is pressing once: a button says how things are to be, not to turn them."""
    for view in VIEWS:
        for _, button in everywhere(view):
            press = Press.read(button.data)
            assert press is not None
            wanted = changes(view, press) or []
            once = applied(view.settings, wanted)
            again = changes(replace(view, settings=once), press)
            assert again is not None or press.page == "close"
            assert applied(once, again or []) == once


def test_one_press_sets_both_ends_of_the_quiet_hours() -> None:
    """Quiet hours are begun and ended, or given up, by one press: there is never half of them."""
    before = RoomSettings(quiet_from=22, quiet_until=6)
    for value, hours in (("off", (None, None)), ("12-13", (12, 13)), ("6-22", (6, 22))):
        after = applied(before, changes(view_of(before), Press("quiet", value)) or [])
        assert (after.quiet_from, after.quiet_until) == hours
    view = view_of(kind=RoomKind.TOPIC, own=OWN)
    dropped = changes(view, Press("quiet", "group")) or []
    assert set(dropped) == {("quiet_from", INHERIT), ("quiet_until", INHERIT)}


def test_no_press_changes_one_thing_twice() -> None:
    """What a press changes is done all at once, so it says one value of each thing."""
    for view in VIEWS:
        for _, button in everywhere(view):
            press = Press.read(button.data)
            assert press is not None
            names = [name for name, _ in changes(view, press) or []]
            assert len(names) == len(set(names))


def test_labels_that_only_hidden_documents_have() -> None:
    """Neither a restricted label, nor a folder in one, nor a tag of hidden documents is shown."""
    for view in (view_of(), view_of(ALL_SET)):
        pages = [menu_page(view, press, VI) for press in {shown for shown, _ in everywhere(view)}]
        for page in pages:
            told = page.text + "".join(button.label for row in page.buttons for button in row)
            assert "nội bộ" not in told
            assert "mat/" not in told
            assert "🔓" not in told
    assert "#luong" not in {label.label for label in view_of().labels}
    assert "#luong" in {label.label for label in view_of(ALL_SET).labels}


def test_a_chosen_label_without_documents_can_be_left() -> None:
    """A label whose documents are gone is still there to be taken off."""
    [gone] = [label for label in view_of(ALL_SET).labels if label.label == "gone/"]
    assert gone.documents == 0
    wanted = changes(view_of(ALL_SET), Press("shows", f"-{gone.key}"))
    assert wanted == [("shows", ALL_SET.shows - {"gone/"})]


def test_labels_are_counted_with_what_lies_below_them() -> None:
    """A folder counts the documents in its folders, and a tag all its spellings as one."""
    counted = {label.written: label.documents for label in view_of().labels}
    assert counted["luat/"] == 2
    assert counted["luat/2024/"] == 1
    assert counted["#Lễ hội"] == 2


def test_what_an_operator_opens_only_an_operator_closes() -> None:
    """Resetting by others leaves the opened labels, and all they forge at them is refused."""
    own = frozenset({"shows", "opened", "quota"})
    reset = Press("reset", "yes")
    assert ("opened", INHERIT) in (changes(view_of(own=own, operator=True), reset) or [])
    assert sorted(name for name, _ in changes(view_of(own=own), reset) or []) == ["quota", "shows"]
    for label in KNOWN.named(RESTRICTED):
        for act in "oc+-":
            assert changes(view_of(ALL_SET), Press("locked", f"{act}{label.key}")) is None
            assert changes(view_of(ALL_SET), Press("shows", f"{act}{label.key}")) is None


def test_a_restricted_label_is_opened_then_chosen_then_shut() -> None:
    """An operator opens a label, then chooses it among the others, then shuts it altogether."""
    settings = RoomSettings(shows=frozenset({"luat/"}))
    [label] = KNOWN.named({"#noi bo"})
    seen = []
    for _ in range(3):
        view = view_of(settings, operator=True)
        [button] = [one for one in buttons_of(view, Press("locked")) if "nội bộ" in one.label]
        press = Press.read(button.data)
        assert press is not None
        settings = applied(settings, changes(view, press) or [])
        seen.append((label.label in settings.opened, label.label in settings.shows))
    assert seen == [(True, False), (True, True), (False, False)]
    assert settings.shows == {"luat/"}


def test_many_labels_are_on_many_pages() -> None:
    """All labels can be come to by turning pages, and a page that is gone shows the last."""
    view = view_of()
    labels = {label.key for label in view.labels}
    found = {
        press.value[1:]
        for _, button in everywhere(view)
        if (press := Press.read(button.data)) is not None and press.value[:1] in {"+", "-"}
    }
    assert found == labels
    assert len(buttons_of(view, Press("shows", at=9_999))) > 1


def test_a_topic_shows_what_it_takes_from_its_group() -> None:
    """A line that a topic inherits says so, and the button to inherit is the chosen one."""
    view = view_of(ALL_SET, RoomKind.TOPIC, frozenset({"quota"}))
    text = menu_page(view, Press("main"), VI).text
    assert "• Số câu mỗi người: 7 câu một ngày\n" in text
    assert "• Ngôn ngữ: Tiếng Anh (English) (theo nhóm)\n" in text
    chosen = [one.label for one in buttons_of(view, Press("language")) if "✅" in one.label]
    assert chosen == ["✅ Theo cả nhóm"]
