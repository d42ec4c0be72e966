"""What a new round looks like unless staff say otherwise."""

from datetime import date

import pytest

from eldercampus.catalogue.calendar import WorkingCalendar
from eldercampus.enrolment.round_defaults import complete_days, usual_opening

MONDAY = date(2027, 1, 4)
STEMS = ("opens", "closes", "freezes", "draws", "publishes", "confirm_by")


@pytest.mark.parametrize(
    ("term_starts", "today", "opening"),
    [
        (date(2027, 3, 1), date(2026, 11, 23), date(2027, 1, 4)),
        (date(2027, 3, 3), date(2026, 11, 23), date(2027, 1, 4)),  # a Wednesday
        (date(2027, 3, 1), date(2027, 1, 3), date(2027, 1, 4)),
        (date(2027, 3, 1), date(2027, 1, 4), date(2027, 1, 11)),  # never today
        (date(2027, 3, 1), date(2027, 2, 27), date(2027, 3, 1)),
    ],
)
def test_the_usual_opening(term_starts: date, today: date, opening: date) -> None:
    assert usual_opening(term_starts, today) == opening


def test_a_day_left_empty_follows_from_the_one_before() -> None:
    calendar = WorkingCalendar({date(2027, 2, 1): "holiday"})
    days: dict[str, date | None] = dict.fromkeys(STEMS)
    days |= {"opens": MONDAY, "closes": date(2027, 1, 24)}
    assert complete_days(days, calendar) == {
        "opens": MONDAY,
        "closes": date(2027, 1, 24),
        "freezes": date(2027, 1, 27),
        "draws": date(2027, 1, 28),
        "publishes": date(2027, 1, 29),
        "confirm_by": date(2027, 2, 8),  # a holiday in between
    }
    days |= {"draws": date(2027, 2, 2), "confirm_by": date(2027, 2, 3)}
    found = complete_days(days, calendar)
    assert [found[stem] for stem in STEMS[2:]] == [
        date(2027, 1, 27),
        date(2027, 2, 2),
        date(2027, 2, 3),
        date(2027, 2, 3),
    ]


def test_without_a_window_nothing_follows() -> None:
    with pytest.raises(ValueError, match="without its window"):
        complete_days(dict.fromkeys(STEMS), WorkingCalendar({}))
