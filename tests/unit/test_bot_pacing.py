"""So many a second, and some together after a pause."""

from bot.web.pacing import Pace


def test_what_is_beyond_the_pace() -> None:
    """A burst is let in up to its bound; then so many a second; a pause allows one burst again."""
    clock = [0.0]
    pace = Pace(2, 3, now=lambda: clock[0])
    assert [pace.lets_in() for _ in range(5)] == [True, True, True, False, False]
    clock[0] = 0.5
    assert [pace.lets_in() for _ in range(2)] == [True, False]
    clock[0] = 100.0
    assert [pace.lets_in() for _ in range(4)] == [True, True, True, False]
