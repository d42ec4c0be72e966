"""Weekly hours, lessons around holidays, and overlap."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from eldercampus.catalogue.calendar import WorkingCalendar
from eldercampus.catalogue.timetable import (
    WeeklyHour,
    hours_overlap,
    monday_of,
    overlap,
    plan_lessons,
    span_since,
)

TUESDAY = WeeklyHour(2, 540, 630)
SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 15)).map(lambda pair: (pair[0], sum(pair))),
    max_size=6,
)


def test_spans_that_touch_do_not_overlap() -> None:
    assert not overlap([(540, 630)], [(630, 720)])
    assert overlap([(540, 630)], [(629, 720)])
    assert not hours_overlap([TUESDAY], [WeeklyHour(3, 540, 630)])
    assert hours_overlap([TUESDAY], [WeeklyHour(3, 540, 630), WeeklyHour(2, 600, 700)])


@given(SPANS, SPANS)
def test_overlap_is_as_its_definition(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    plain = any(start < other_end and other < end for start, end in a for other, other_end in b)
    assert overlap(a, b) is plain
    assert overlap(b, a) is plain


def test_a_term_without_holidays_has_a_lesson_a_week() -> None:
    lessons = plan_lessons([TUESDAY], date(2027, 3, 1), date(2027, 6, 18), WorkingCalendar())
    assert [lesson.number for lesson in lessons] == list(range(1, 17))
    assert lessons[0].regular_on == lessons[0].held_on == date(2027, 3, 2)
    assert lessons[-1].held_on == date(2027, 6, 15)


def test_holidays_move_lessons_behind_the_term_past_further_holidays() -> None:
    off = [date(2027, 3, 9), date(2027, 3, 16), date(2027, 6, 22)]
    calendar = WorkingCalendar(dict.fromkeys(off, "holiday"))
    lessons = plan_lessons([TUESDAY], date(2027, 3, 1), date(2027, 6, 18), calendar)
    assert len(lessons) == 16
    moved = {
        lesson.regular_on: lesson.held_on
        for lesson in lessons
        if lesson.regular_on != lesson.held_on
    }
    assert moved == {off[0]: date(2027, 6, 29), off[1]: date(2027, 7, 6)}
    assert [lesson.held_on for lesson in lessons] == sorted(lesson.held_on for lesson in lessons)
    assert [lesson.number for lesson in lessons] == list(range(1, 17))


def test_a_worked_weekend_gets_no_lesson_of_its_own() -> None:
    worked = WorkingCalendar({date(2027, 3, 6): "workday"})  # a Saturday
    lessons = plan_lessons([TUESDAY], date(2027, 3, 1), date(2027, 3, 14), worked)
    assert [lesson.held_on for lesson in lessons] == [date(2027, 3, 2), date(2027, 3, 9)]
    saturday = plan_lessons([WeeklyHour(6, 540, 630)], date(2027, 3, 1), date(2027, 3, 14), worked)
    assert [lesson.held_on for lesson in saturday] == [date(2027, 3, 6), date(2027, 3, 13)]


@given(
    st.sets(st.integers(1, 7), min_size=1),
    st.integers(0, 6),
    st.integers(7, 120),
    st.sets(st.integers(0, 200), max_size=40),
)
def test_every_regular_lesson_is_held_once_and_never_on_a_holiday(
    weekdays: set[int], begin: int, length: int, off: set[int]
) -> None:
    starts = date(2027, 3, 1) + timedelta(days=begin)
    ends = starts + timedelta(days=length)
    calendar = WorkingCalendar({starts + timedelta(days=n): "holiday" for n in off})
    hours = [WeeklyHour(weekday, 540, 630) for weekday in weekdays]
    lessons = plan_lessons(hours, starts, ends, calendar)
    regular = [starts + timedelta(days=n) for n in range(length + 1)]
    assert sorted(lesson.regular_on for lesson in lessons) == [
        day for day in regular if day.isoweekday() in weekdays
    ]
    held = [lesson.held_on for lesson in lessons]
    assert len(set(held)) == len(held)
    assert not any(calendar.is_holiday(day) for day in held)
    assert all(lesson.held_on.isoweekday() == lesson.regular_on.isoweekday() for lesson in lessons)


def test_minutes_are_counted_from_the_monday_of_the_first_week() -> None:
    monday = monday_of(date(2027, 3, 4))
    assert monday == date(2027, 3, 1)
    assert span_since(monday, date(2027, 3, 9), 540, 630) == (8 * 1440 + 540, 8 * 1440 + 630)
